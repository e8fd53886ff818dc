import type { AddressFamily } from '@tsnet/inet';
import {
  describeChain,
  type FirewallChain,
  type FirewallTable,
  type Flow,
  findFate,
  isDropped,
  withOwnJump,
} from '@tsnet/nftables/foreign';
import type { HostFacts, NetworkRecord } from '../facts/host-facts.ts';
import { readyNetworks } from '../facts/host-facts.ts';
import { valueOr } from '../facts/reading.ts';
import type { HostFinding } from '../finding.ts';
import type { Check } from './check.ts';
import { firewallRemedy, isPassable, reconcileRemedy } from './firewall-remedy.ts';

/** Stands for the bridge of a network where there is none yet. */
const ANY_BRIDGE = 'BRIDGE';
/** Stands for a link to the outside where the host has no way out: no rule is about it. */
const ANY_WAY_OUT = 'OUTSIDE';

/** Whether a firewall of others drops what networks need forwarded. A packet has to be accepted by every table. */
export const checkFirewall: Check = (facts) => {
  const tables = [...valueOr(facts.nftables, []), ...valueOr(facts.legacyTables, [])];
  const flows = flowsOf(facts);
  return tables.flatMap((table) =>
    [...table.chains.values()]
      .filter(({ isForwardHook }) => isForwardHook)
      .flatMap((chain) => checkChain(facts, table, chain.name, flows)),
  );
};

/** A flow of a network. */
interface NetworkFlow extends Flow {
  readonly bridge: string;
}

function checkChain(
  facts: HostFacts,
  table: FirewallTable,
  name: string,
  flows: readonly NetworkFlow[],
): readonly HostFinding[] {
  const chain = table.chains.get(name);
  if (chain === undefined) return [];
  const fates = flows
    .filter(({ family }) => table.family === 'inet' || (table.family === 'ip') === (family === 'ipv4'))
    .map((flow) => ({ flow, fate: findFate(table, chain, flow) }));
  const dropped = fates.filter(({ flow, fate }) => isDropped(fate, flow)).map(({ flow }) => flow);
  // The first network adds the jump by which it passes.
  if (readyNetworks(facts).length === 0 && isPassable(table, name)) return [];
  const byReconcile = isPassable(table, name)
    ? dropped.filter((flow) => passesByJump(table, chain, flow))
    : [];
  const byHand = dropped.filter((flow) => !byReconcile.includes(flow));
  if (dropped.length > 0) {
    const bridges = [...new Set(byHand.map(({ bridge }) => bridge))];
    return [
      ...(byReconcile.length === 0 ? [] : [dropping(table, name, byReconcile, reconcileRemedy)]),
      ...(byHand.length === 0 ? [] : [dropping(table, name, byHand, firewallRemedy(table, name, bridges))]),
    ];
  }
  const doubtful = fates.filter(({ fate }) => fate.verdict === 'dropped' || fate.some.has('dropped'));
  if (doubtful.length === 0) return [];
  return [
    {
      code: 'FIREWALL_DROPS_SOME',
      severity: 'warning',
      subject: describeChain(table, name),
      what: `It drops some packets ${listed(doubtful.map(({ flow }) => flow))}.`,
      why: 'What it drops, tsnet cannot let through.',
      remedy: 'See whether its rules mean that.',
      commands: [],
    },
  ];
}

/** Whether the jump of tsnet would have a flow accepted: not where a rule is about its network. */
function passesByJump(table: FirewallTable, chain: FirewallChain, flow: NetworkFlow): boolean {
  return flow.accepted && !isDropped(findFate(table, withOwnJump(table, chain, flow.family), flow), flow);
}

function dropping(
  table: FirewallTable,
  name: string,
  flows: readonly Flow[],
  remedy: Pick<HostFinding, 'remedy' | 'commands'>,
): HostFinding {
  return {
    code: 'FIREWALL_DROPS_FORWARDED',
    severity: 'problem',
    subject: describeChain(table, name),
    what: `It drops packets ${listed(flows)}.`,
    why: 'A packet has to be accepted by every firewall of the host: what one drops is lost, whatever tsnet accepts.',
    ...remedy,
  };
}

function listed(flows: readonly Flow[]): string {
  return [...new Set(flows.map(({ name }) => name))].join(', ');
}

function flowsOf(facts: HostFacts): readonly NetworkFlow[] {
  const networks = readyNetworks(facts);
  if (networks.length === 0)
    return throughTheHost(facts, 'ipv4', { bridge: ANY_BRIDGE, accepted: true }, undefined, []);
  return networks.flatMap((record) =>
    record.network.subnets.flatMap(({ prefix }) => [
      ...(record.network.internal
        ? []
        : throughTheHost(facts, prefix.family, endOf(record), prefix, portsOf(record))),
      ...withinNetwork(facts, record, prefix),
    ]),
  );
}

/** The bridge of a network, and whether tsnet's chain of iptables lets it through. */
function endOf({ network }: NetworkRecord): Pick<NetworkFlow, 'bridge' | 'accepted'> {
  return { bridge: network.ifName, accepted: network.firewall !== 'nftables' };
}

function portsOf({ endpoints }: NetworkRecord): NetworkRecord['endpoints'][number]['ports'] {
  return endpoints.flatMap(({ ports }) => ports);
}

function throughTheHost(
  facts: HostFacts,
  family: AddressFamily,
  { bridge, accepted }: Pick<NetworkFlow, 'bridge' | 'accepted'>,
  prefix: Flow['source'],
  ports: readonly unknown[],
): readonly NetworkFlow[] {
  const outside = wayOutName(facts, family);
  const whose = bridge === ANY_BRIDGE ? 'networks' : bridge;
  const out = {
    family,
    bridge,
    accepted,
    inputLink: bridge,
    outputLink: outside,
    source: prefix,
    destination: undefined,
  };
  const back = {
    family,
    bridge,
    accepted,
    inputLink: outside,
    outputLink: bridge,
    source: undefined,
    destination: prefix,
  };
  return [
    { ...out, name: `from ${whose} to the outside`, state: 'new', translated: false },
    { ...back, name: `that answer ${whose}`, state: 'established', translated: false },
    ...(ports.length === 0
      ? []
      : [{ ...back, name: `to published ports of ${whose}`, state: 'new' as const, translated: true }]),
  ];
}

/** Sandboxes that talk with each other, where the firewall sees it. */
function withinNetwork(
  { settings }: HostFacts,
  record: NetworkRecord,
  prefix: NetworkRecord['network']['subnets'][number]['prefix'],
): readonly NetworkFlow[] {
  const { family } = prefix;
  const isSeen = settings.kind === 'read' && settings.value.bridgedFramesFiltered[family];
  const { network } = record;
  const { bridge, accepted } = endOf(record);
  if (!isSeen || network.isolated) return [];
  const ends = { inputLink: bridge, outputLink: bridge, source: prefix, destination: prefix };
  return [{ ...ends, name: `within ${bridge}`, family, bridge, accepted, state: 'new', translated: false }];
}

function wayOutName({ topology }: HostFacts, family: AddressFamily): string {
  if (topology.kind === 'unread') return ANY_WAY_OUT;
  const { links, waysOut } = topology.value;
  return links.find(({ ifIndex }) => ifIndex === waysOut[family]?.ifIndex)?.ifName ?? ANY_WAY_OUT;
}
