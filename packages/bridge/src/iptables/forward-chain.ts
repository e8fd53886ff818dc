import type { Host, Network } from '@tsnet/core';
import type { AddressFamily } from '@tsnet/inet';
import type { ListedChain, Nftables } from '@tsnet/nftables';
import {
  countOwnJumps,
  type FirewallChain,
  type FirewallRule,
  type FirewallTable,
  type Flow,
  findFate,
  isDropped,
  type JumpPosition,
  OWN_CHAIN,
  ownJumpPosition,
  readForeignTables,
  readLegacyTables,
  withOwnJump,
  withoutOwnJumps,
} from '@tsnet/nftables/foreign';
import { flowsOf } from './network-flows.ts';

/** The two programs of the name iptables: each has a table `filter` of its own, and packets pass both. */
export type IptablesVariant = 'nft' | 'legacy';

/** Names the chain FORWARD of one family and variant. */
export interface ForwardPlace {
  readonly family: AddressFamily;
  readonly variant: IptablesVariant;
}

/** What tsnet has in a chain FORWARD, be the chain there or not. */
export interface Foothold extends ForwardPlace {
  /** Jumps in it to the chain of tsnet. */
  readonly jumps: number;
  /** How many rules that chain has; undefined when there is none. */
  readonly rules: number | undefined;
}

/** A chain FORWARD that is there. */
export interface ForwardChain extends Foothold {
  /** It sees the frames within a bridge as well (br_netfilter). */
  readonly seesBridged: boolean;
  readonly table: FirewallTable;
  readonly chain: FirewallChain;
}

/** Rules of the chain of tsnet: of packets from its bridges, and to them. */
export const OWN_RULES = 2;

const bridgedSettings = {
  ipv4: 'bridge/bridge-nf-call-iptables',
  ipv6: 'bridge/bridge-nf-call-ip6tables',
} as const;
const FORWARD = 'FORWARD';

/** Reads the chains FORWARD of iptables on a host. No process is started where libnftables is there. */
export function readForwardChains(host: Host, nftables: Pick<Nftables, 'list'>): readonly ForwardChain[] {
  const tables = [
    ...readForeignTables(nftables, isFilter),
    ...host.run(() => readLegacyTables(host.linux, host.procDirectory)),
  ];
  return tables.flatMap((table) => {
    const chain = table.chains.get(FORWARD);
    return chain?.isForwardHook === true ? [forwardChain(host, table, chain)] : [];
  });
}

function isFilter({ family, table }: ListedChain): boolean {
  return table === 'filter' && family !== 'inet';
}

function forwardChain(host: Host, table: FirewallTable, chain: FirewallChain): ForwardChain {
  const family = table.family === 'ip6' ? 'ipv6' : 'ipv4';
  return {
    family,
    seesBridged: host.sysctl.find(bridgedSettings[family]) === '1',
    variant: table.backend === 'nftables' ? 'nft' : 'legacy',
    jumps: countOwnJumps(chain),
    rules: table.chains.get(OWN_CHAIN)?.rules.filter((rule) => !isReturn(rule)).length,
    table,
    chain,
  };
}

/** With which a chain of iptables-legacy ends. */
function isReturn(rule: FirewallRule): boolean {
  return JSON.stringify(rule) === JSON.stringify([{ return: null }]);
}

/** Whether the chain of tsnet is there as it should be. */
export function isWhole({ jumps, rules }: Foothold): boolean {
  return jumps === 1 && rules === OWN_RULES;
}

/** Whether nothing of tsnet is there. */
export function isAbsent({ jumps, rules }: Foothold): boolean {
  return jumps === 0 && rules === undefined;
}

/** Where the jump to the chain of tsnet has to stand. */
export function positionFor({ family, table, chain }: ForwardChain): JumpPosition {
  return ownJumpPosition(table, chain, family);
}

/** Whether a chain drops what a network needs forwarded, and would not with the chain of tsnet. */
export function needsJump(forward: ForwardChain, network: Network): boolean {
  const { family, seesBridged, table, chain } = forward;
  const current = isWhole(forward) ? chain : withoutOwnJumps(chain);
  const mended = withOwnJump(table, chain, family);
  const isLost = (flow: Flow, by: FirewallChain) => isDropped(findFate(table, by, flow), flow);
  return flowsOf(network, family, seesBridged).some((flow) => isLost(flow, current) && !isLost(flow, mended));
}
