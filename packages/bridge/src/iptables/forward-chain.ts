import type { Host, Network } from '@tsnet/core';
import type { AddressFamily } from '@tsnet/inet';
import type { ListedChain, Nftables } from '@tsnet/nftables';
import {
  type FirewallChain,
  type FirewallRule,
  type FirewallTable,
  type Flow,
  findFate,
  isDropped,
  OWN_CHAIN,
  readForeignTables,
  readLegacyTables,
} from '@tsnet/nftables/foreign';
import { familiesOf } from '../bridge-steps.ts';

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
/** Stands for a link of the host: no rule is about it. */
const OUTSIDE = 'OUTSIDE';

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
    jumps: chain.rules.filter(jumpsToOwn).length,
    rules: table.chains.get(OWN_CHAIN)?.rules.filter((rule) => !isReturn(rule)).length,
    table,
    chain,
  };
}

/** With which a chain of iptables-legacy ends. */
function isReturn(rule: FirewallRule): boolean {
  return JSON.stringify(rule) === JSON.stringify([{ return: null }]);
}

function jumpsToOwn(rule: FirewallRule): boolean {
  return rule.some(
    (statement) => JSON.stringify(statement) === JSON.stringify({ jump: { target: OWN_CHAIN } }),
  );
}

/** Whether the chain of tsnet is there as it should be. */
export function isWhole({ jumps, rules }: Foothold): boolean {
  return jumps === 1 && rules === OWN_RULES;
}

/** Whether nothing of tsnet is there. */
export function isAbsent({ jumps, rules }: Foothold): boolean {
  return jumps === 0 && rules === undefined;
}

/** Whether a chain drops what a network needs forwarded, but for the chain of tsnet. */
export function dropsNetwork({ family, seesBridged, table, chain }: ForwardChain, network: Network): boolean {
  if (!familiesOf(network).includes(family)) return false;
  const flows = [
    ...(network.internal ? [] : flowsThroughHost(network, family)),
    ...(network.isolated || !seesBridged ? [] : [flowWithin(network, family)]),
  ];
  return flows.some((flow) => isDropped(findFate(table, chain, flow), flow));
}

function flowsThroughHost(network: Network, family: AddressFamily): readonly Flow[] {
  const inside = endOf(network, family);
  const common = { name: network.name, family, accepted: false } as const;
  const out = {
    ...common,
    inputLink: inside.link,
    outputLink: OUTSIDE,
    source: inside.prefix,
    destination: undefined,
  };
  const back = {
    ...common,
    inputLink: OUTSIDE,
    outputLink: inside.link,
    source: undefined,
    destination: inside.prefix,
  };
  return [
    { ...out, state: 'new', translated: false },
    { ...back, state: 'established', translated: false },
    { ...back, state: 'new', translated: true },
  ];
}

function flowWithin(network: Network, family: AddressFamily): Flow {
  const { link, prefix } = endOf(network, family);
  return {
    ...{ name: network.name, family, inputLink: link, outputLink: link, source: prefix, destination: prefix },
    ...{ state: 'new', translated: false, accepted: false },
  };
}

function endOf({ ifName, subnets }: Network, family: AddressFamily) {
  return { link: ifName, prefix: subnets.find(({ prefix }) => prefix.family === family)?.prefix };
}
