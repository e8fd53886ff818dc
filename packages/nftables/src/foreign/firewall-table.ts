/** The families of tables whose chains forwarded packets of IP pass. */
export type FirewallFamily = 'ip' | 'ip6' | 'inet';

/** A table of a firewall that is not tsnet's, with its chains. */
export interface FirewallTable {
  /** Where it is kept: the rules of iptables-nft are nftables' as well. */
  readonly backend: 'nftables' | 'iptables-legacy';
  readonly family: FirewallFamily;
  readonly name: string;
  readonly chains: ReadonlyMap<string, FirewallChain>;
  /** Elements of its sets, in the JSON of libnftables-json(5), by the name of the set. */
  readonly sets: ReadonlyMap<string, readonly unknown[]>;
}

/** A chain of rules. */
export interface FirewallChain {
  readonly name: string;
  /** Hooked in where forwarded packets pass; other chains are jumped to. */
  readonly isForwardHook: boolean;
  /** What becomes of a packet at the end of a base chain. */
  readonly policy: 'accept' | 'drop';
  readonly rules: readonly FirewallRule[];
}

/** A rule: its statements in the JSON of libnftables-json(5). */
export type FirewallRule = readonly unknown[];

/** How a chain is named in a sentence: `table ip filter, chain FORWARD`. */
export function describeChain({ backend, family, name }: FirewallTable, chain: string): string {
  return `${backend === 'iptables-legacy' ? `${backend} ` : ''}table ${family} ${name}, chain ${chain}`;
}
