import type { IpAddress } from '@tsnet/inet';
import type { Network } from './network.ts';
import type { PortSpec } from './port.ts';

/**
 * At which addresses a published port is reached: `everywhere`, at every address of the host, other machines too; `address`, at one
 * address of the host, other machines too; `host`, from the host alone.
 */
export type Reach = 'everywhere' | 'address' | 'host';

/** From where a published port is reached. */
export interface PortReach {
  readonly reach: Reach;
  readonly hostAddress: IpAddress | undefined;
  /** Other machines reach it so far as the host's own firewall lets them. */
  readonly hostFirewallDecides: boolean;
}

/** From where a port of a network's endpoint is reached. */
export function reachOf(
  { hostAddress }: Pick<PortSpec, 'hostAddress'>,
  { respectHostFirewall = false }: Partial<Pick<Network, 'respectHostFirewall'>>,
): PortReach {
  if (hostAddress === undefined || hostAddress.isUnspecified) {
    return { reach: 'everywhere', hostAddress, hostFirewallDecides: respectHostFirewall };
  }
  return hostAddress.isLoopback
    ? { reach: 'host', hostAddress, hostFirewallDecides: false }
    : { reach: 'address', hostAddress, hostFirewallDecides: respectHostFirewall };
}

/** That in words: `every address of this host, also from other machines`. */
export function formatReach({ reach, hostAddress, hostFirewallDecides }: PortReach): string {
  const others = `also from other machines${hostFirewallDecides ? ' that its firewall lets in' : ''}`;
  switch (reach) {
    case 'everywhere': {
      const family = hostAddress === undefined ? '' : hostAddress.family === 'ipv4' ? 'IPv4 ' : 'IPv6 ';
      return `every ${family}address of this host, ${others}`;
    }
    case 'address':
      return `${hostAddress}, ${others}`;
    case 'host':
      return `${hostAddress}, from this host only`;
  }
}
