import { automaticPools, type Network } from '@tsnet/core';
import type { IpPrefix } from '@tsnet/inet';
import { type LinkAddress, type Route, routeTables, routeTypes } from '@tsnet/netlink';
import { readyNetworks } from '../facts/host-facts.ts';
import { findBridge, type Topology } from '../facts/topology.ts';
import type { HostFinding } from '../finding.ts';
import type { Check } from './check.ts';

/** Routes this wide are ways out (a VPN's pair of halves among them), not claims on the addresses in them. */
const WIDEST_CLAIM = 2;

/** Whether something else on the host has addresses of a network. */
export const checkRoutes: Check = (facts) => {
  const { topology } = facts;
  if (topology.kind === 'unread') return [];
  const networks = readyNetworks(facts);
  return [
    ...networks.flatMap(({ network }) => checkNetwork(topology.value, network)),
    ...checkAutomaticPools(topology.value),
  ];
};

function checkNetwork(topology: Topology, network: Network): readonly HostFinding[] {
  const bridge = findBridge(topology, network);
  const findings: HostFinding[] = [];
  for (const { prefix } of network.subnets) {
    const addresses = topology.addresses.filter(
      (address) => address.ifIndex !== bridge?.ifIndex && prefix.contains(address.prefix.address),
    );
    findings.push(...addresses.map((address) => addressFinding(topology, network, prefix, address)));
    const told = new Set(addresses.map(({ ifIndex }) => ifIndex));
    const routes = topology.routes.filter(
      (route) =>
        isClaim(route) &&
        (bridge === undefined || route.ifIndex !== bridge.ifIndex) &&
        route.destination.overlaps(prefix),
    );
    const others = routes.filter(({ ifIndex }) => ifIndex === undefined || !told.has(ifIndex));
    findings.push(...others.map((route) => routeFinding(topology, network, prefix, route)));
    if (findings.some(({ severity }) => severity === 'problem') || bridge?.up !== true) continue;
    const astray = topology.leads.find(
      ({ networkId, address, ifIndex }) =>
        networkId === network.id && prefix.contains(address) && ifIndex !== bridge.ifIndex,
    );
    if (astray !== undefined) findings.push(strayFinding(topology, network, prefix, astray.ifIndex));
  }
  return findings;
}

function addressFinding(
  topology: Topology,
  network: Network,
  prefix: IpPrefix,
  address: LinkAddress,
): HostFinding {
  return {
    code: 'HOST_ADDRESS_IN_NETWORK',
    severity: 'problem',
    subject: `address ${address.prefix.address} of ${linkName(topology, address.ifIndex)}`,
    what: `It lies in ${prefix} of network ${network.name}.`,
    why: 'Sandboxes reach the host there in place of whoever has that address on its own link, or the other way round.',
    remedy:
      'Give the network or the link other addresses: a network is removed and created again with another prefix.',
    commands: [],
  };
}

function routeFinding(topology: Topology, network: Network, prefix: IpPrefix, route: Route): HostFinding {
  const isWider = route.destination.length < prefix.length;
  return {
    code: 'ROUTE_OVERLAPS',
    severity: isWider ? 'warning' : 'problem',
    subject: routeText(topology, route),
    what: `It overlaps ${prefix} of network ${network.name}.`,
    why: isWider
      ? 'Whoever has these addresses beyond that route cannot be reached from this host.'
      : 'Packets of the host for sandboxes take that route, and do not reach them.',
    remedy:
      'Remove the network and create it again with a prefix that nothing else uses; `ip route show table all` lists what is used.',
    commands: [],
  };
}

/** Routing rules, of a VPN as a rule, can send packets past the table that a network's routes are in. */
function strayFinding(
  topology: Topology,
  network: Network,
  prefix: IpPrefix,
  ifIndex: number | undefined,
): HostFinding {
  const where = ifIndex === undefined ? 'nowhere' : `by ${linkName(topology, ifIndex)}`;
  return {
    code: 'ROUTE_OVERLAPS',
    severity: 'problem',
    subject: 'routing rules',
    what: `They send packets for ${prefix} of network ${network.name} ${where}.`,
    why: 'Packets of the host for sandboxes do not reach them, nor do those to published ports.',
    remedy: 'Let that prefix be looked up in the main table first; `ip rule` lists the rules.',
    commands: [`ip -${prefix.family === 'ipv4' ? 4 : 6} rule add to ${prefix} lookup main priority 100`],
  };
}

function checkAutomaticPools(topology: Topology): readonly HostFinding[] {
  return automaticPools.flatMap(({ prefix }): readonly HostFinding[] => {
    const route = topology.routes.find((each) => isClaim(each) && each.destination.contains(prefix));
    if (route === undefined) return [];
    return [
      {
        code: 'AUTOMATIC_PREFIXES_COVERED',
        severity: 'warning',
        subject: routeText(topology, route),
        what: `It covers ${prefix}, where the prefixes of networks come from that name none.`,
        why: 'Such networks cannot be created.',
        remedy: 'Name a prefix with each network that is created.',
        commands: [],
      },
    ];
  });
}

function isClaim({ destination, table, type }: Route): boolean {
  if (table === routeTables.local || destination.address.isMulticast || destination.address.isLinkLocal)
    return false;
  return destination.length >= WIDEST_CLAIM && type !== routeTypes.local && type !== routeTypes.broadcast;
}

function routeText(topology: Topology, { destination, gateway, ifIndex }: Route): string {
  const via = gateway === undefined ? '' : ` via ${gateway}`;
  return `route ${destination}${via}${ifIndex === undefined ? '' : ` by ${linkName(topology, ifIndex)}`}`;
}

function linkName({ links }: Topology, ifIndex: number): string {
  return links.find((link) => link.ifIndex === ifIndex)?.ifName ?? `link ${ifIndex}`;
}
