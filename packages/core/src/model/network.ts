import type { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';

/** Free text that callers attach to a network or endpoint and tsnet only keeps. */
export type Labels = Readonly<Record<string, string>>;

/**
 * How a network passes firewalls of others that drop forwarded packets. `iptables`: the chain FORWARD of iptables lets it through;
 * `nftables`: it does not, and what that chain drops stays dropped; `auto`: it does where it would drop them.
 */
export type NetworkFirewall = (typeof networkFirewalls)[number];

/** The closed list behind {@link NetworkFirewall}. */
export const networkFirewalls = ['auto', 'nftables', 'iptables'] as const;

/** One prefix of a network, as asked for. */
export interface SubnetSpec {
  /** Without host bits; IPv4 up to /30, IPv6 up to /126. */
  readonly prefix: IpPrefix;
  /** The bridge's own address; the first usable one by default. */
  readonly gateway?: IpAddress;
  /** Where addresses are chosen from; the whole prefix by default. */
  readonly range?: IpRange;
  /** What is never handed out. */
  readonly exclude?: readonly IpRange[];
}

/** A network, as asked for. */
export interface NetworkSpec {
  /** Unique on the host: see {@link checkName}. */
  readonly name: string;
  /** Name of a driver that the engine was opened with; its first one by default. */
  readonly driver?: string;
  /** An IPv4 prefix that nothing else uses is chosen when there is none. */
  readonly subnets?: readonly SubnetSpec[];
  /** No way in or out: sandboxes reach each other and the gateway only. */
  readonly internal?: boolean;
  /** Sandboxes of the network cannot reach each other. */
  readonly isolated?: boolean;
  /** Traffic that leaves the network takes the host's address; true by default. */
  readonly masquerade?: boolean;
  /**
   * Who reaches the published ports of the network from outside is decided by the host's own firewall, as it is for
   * servers of the host. False by default: a published port is open to all.
   */
  readonly respectHostFirewall?: boolean;
  /** `auto` by default. */
  readonly firewall?: NetworkFirewall;
  /** Bytes of the largest packet; that of the host's way out by default. */
  readonly mtu?: number;
  /** Name of the network's link on the host; the network's own name where it fits, by default. */
  readonly ifName?: string;
  readonly labels?: Labels;
}

/** One prefix of a network, as it is. */
export interface Subnet {
  readonly poolId: string;
  readonly prefix: IpPrefix;
  readonly gateway: IpAddress;
}

/** How far an operation on a network or endpoint has come. */
export type LifecycleState = 'creating' | 'ready' | 'deleting';

/** A network, as it is. */
export interface Network {
  /** Twelve hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly state: LifecycleState;
  readonly subnets: readonly Subnet[];
  readonly internal: boolean;
  readonly isolated: boolean;
  readonly masquerade: boolean;
  readonly respectHostFirewall: boolean;
  readonly firewall: NetworkFirewall;
  /** Undefined: follows the host's way out. */
  readonly mtu: number | undefined;
  readonly ifName: string;
  readonly labels: Labels;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The boot in which the kernel was given its part, as `boot_id` tells it: another one has nothing of it. */
  readonly bootId: string;
}
