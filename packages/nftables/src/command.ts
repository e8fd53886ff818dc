import type { NftValue } from './value.ts';

/** The address family of a table. */
export type NftFamily = 'inet' | 'ip' | 'ip6' | 'bridge' | 'netdev' | 'arp';

/** Names a table. */
export interface NftTable {
  readonly family: NftFamily;
  readonly table: string;
}

/** Names a chain. */
export interface NftChain extends NftTable {
  readonly chain: string;
}

/** Names a set, or a map, which is a set that gives something for each key. */
export interface NftSet extends NftTable {
  readonly set: string;
  /**
   * What it was made as. With it, elements go to the kernel as they are; without it, they go through libnftables,
   * which has to ask the kernel. It must be true: the kernel compares lengths and not types.
   */
  readonly spec?: NftSetSpec | NftMapSpec;
}

/** The types of fields in sets and maps. */
export type NftType =
  | 'ipv4_addr'
  | 'ipv6_addr'
  | 'ether_addr'
  | 'inet_proto'
  | 'inet_service'
  | 'ifname'
  | 'mark'
  | 'verdict';

/** What a set is to be. */
export interface NftSetSpec {
  /** The types of the key's fields, in order. */
  readonly key: readonly NftType[];
  /** Keys may hold ranges and prefixes. */
  readonly interval?: boolean;
  /** Elements go away after this many seconds, unless they have a timeout of their own. */
  readonly timeoutSeconds?: number;
  /** The most elements that the kernel takes. */
  readonly size?: number;
  readonly comment?: string;
}

/** What a map is to be. */
export interface NftMapSpec extends NftSetSpec {
  /** The types of the fields that a key gives, in order. */
  readonly data: readonly NftType[];
}

/** Where a base chain is hooked in. A chain with no hook is one to jump to. */
export interface NftChainHook {
  readonly type: 'filter' | 'nat' | 'route';
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting' | 'ingress' | 'egress';
  readonly priority: number;
  /** Of packets that reach the chain's end; `accept` when not given. */
  readonly policy?: 'accept' | 'drop';
  /** The link, for ingress and egress. */
  readonly link?: string;
}

/** What a chain is to be. */
export interface NftChainSpec {
  readonly hook?: NftChainHook;
  readonly comment?: string;
}

/** An element of a set; with `data`, of a map. */
export interface NftElement {
  readonly key: readonly NftValue[];
  readonly data?: readonly NftValue[];
  readonly comment?: string;
  /** Seconds until the kernel removes it; the set must allow timeouts. */
  readonly timeoutSeconds?: number;
}

/** One step of a transaction, as data. */
export type NftCommand =
  | { readonly verb: 'add-table'; readonly table: NftTable; readonly comment?: string }
  | { readonly verb: 'delete-table'; readonly table: NftTable }
  | { readonly verb: 'add-chain'; readonly chain: NftChain; readonly spec: NftChainSpec }
  | { readonly verb: 'flush-chain' | 'delete-chain'; readonly chain: NftChain }
  | {
      readonly verb: 'add-rule';
      readonly chain: NftChain;
      readonly expression: string;
      readonly comment?: string;
    }
  | { readonly verb: 'add-set'; readonly set: NftSet; readonly spec: NftSetSpec }
  | { readonly verb: 'add-map'; readonly set: NftSet; readonly spec: NftMapSpec }
  | { readonly verb: 'flush-set' | 'delete-set' | 'flush-map' | 'delete-map'; readonly set: NftSet }
  | {
      readonly verb: 'create-elements' | 'add-elements' | 'delete-elements' | 'discard-elements';
      readonly set: NftSet;
      readonly elements: readonly NftElement[];
    };
