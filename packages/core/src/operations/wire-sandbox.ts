import { IpAddress, IpPrefix } from '@tsnet/inet';
import { addAddress, addRoute, changeLink, getLink } from '@tsnet/netlink';
import type { Host } from '../host/host.ts';
import type { Sandbox } from '../host/sandbox.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import type { Step } from '../plan.ts';

const everywhere = {
  ipv4: IpPrefix.of(IpAddress.of('ipv4', 0n), 0),
  ipv6: IpPrefix.of(IpAddress.of('ipv6', 0n), 0),
};

/** Routes of a sandbox's first link are preferred, so that links may come and go in any order. */
const FIRST_ROUTE_PRIORITY = 100;

/**
 * Gives the sandbox's end of a new link its addresses and routes, and brings it and the loopback up. There is nothing to
 * undo: all of it goes with the link.
 */
export function wireSandboxStep(host: Host, network: Network, endpoint: Endpoint, sandbox: Sandbox): Step {
  return {
    name: 'wire-sandbox',
    subject: `${endpoint.ifName} of ${endpoint.sandbox.ref}`,
    apply: () => wire(host, network, endpoint, sandbox),
  };
}

function wire(host: Host, network: Network, endpoint: Endpoint, sandbox: Sandbox): void {
  const { addresses } = endpoint;
  const { ifIndex } = getLink(sandbox.netlink, endpoint.ifName);
  host.sysctlOf(sandbox.netns).write(ipv6Settings(endpoint));
  sandbox.netlink.send(
    ...addresses.map(({ prefix }) => addAddress(ifIndex, prefix)),
    changeLink('lo', { up: true }),
    changeLink(ifIndex, { up: true, announceIpv4: true }),
    ...routesOf(network, endpoint, ifIndex).map(addRoute),
  );
}

/** The default routes of a sandbox by an endpoint. @param ifIndex - of the sandbox's end. */
export function routesOf({ internal }: Network, { addresses }: Endpoint, ifIndex: number) {
  if (internal) return [];
  const priority = FIRST_ROUTE_PRIORITY + ifIndex;
  return addresses.map(({ prefix, gateway }) => ({
    destination: everywhere[prefix.family],
    gateway,
    ifIndex,
    priority,
  }));
}

/** Addresses and routes are ours to give: a neighbor's router advertisement must neither add nor change any. */
function ipv6Settings(endpoint: Endpoint): Record<string, number> {
  const settings = `ipv6/conf/${endpoint.ifName}`;
  const hasIpv6 = endpoint.addresses.some(({ prefix }) => prefix.family === 'ipv6');
  if (!hasIpv6) return { [`${settings}/disable_ipv6`]: 1 };
  return {
    [`${settings}/disable_ipv6`]: 0,
    [`${settings}/accept_ra`]: 0,
  };
}
