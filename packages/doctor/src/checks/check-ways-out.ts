import type { AddressFamily } from '@tsnet/inet';
import { type Route, routeProtocols, routeTables, routeTypes } from '@tsnet/netlink';
import { type HostFacts, hasFamily, readyNetworks } from '../facts/host-facts.ts';
import { findBridge, type Topology } from '../facts/topology.ts';
import type { HostFinding } from '../finding.ts';
import type { Check } from './check.ts';
import { familyNames } from './family-names.ts';
import { shellWord } from './shell-word.ts';

/** Drivers of links that VPNs make. */
const vpnKinds: ReadonlySet<string | undefined> = new Set(['tun', 'wireguard', 'ppp', 'xfrm', 'vti']);

/** Whether packets of networks get out of the host, and answers back in. */
export const checkWaysOut: Check = (facts) =>
  facts.topology.kind === 'unread'
    ? []
    : [
        ...checkVpn(facts.topology.value),
        ...checkSourceFilter(facts, facts.topology.value),
        ...checkMtu(facts, facts.topology.value),
        ...checkAdvertisements(facts, facts.topology.value),
      ];

function checkVpn(topology: Topology): readonly HostFinding[] {
  return (['ipv4', 'ipv6'] as const).flatMap((family): readonly HostFinding[] => {
    const out = linkOf(topology, topology.waysOut[family]?.ifIndex);
    const half = topology.routes.find((route) => isWayOut(route, family) && route.destination.length === 1);
    if (out === undefined || !(vpnKinds.has(out.kind) || half?.ifIndex === out.ifIndex)) return [];
    return [
      {
        code: 'VPN_DEFAULT_ROUTE',
        severity: 'warning',
        subject: `way out by ${out.ifName}`,
        what: `${familyNames[family]} packets leave through ${out.ifName}, which looks like a VPN${half === undefined ? '' : ` (route ${half.destination})`}.`,
        why: 'Sandboxes go out through it as well: with its largest packet, only while it is up, and only if its own firewall lets forwarded packets pass. Those who come to published ports by another link may get no answer.',
        remedy: 'Nothing, if sandboxes are to use it. Else leave the networks out of it in its settings.',
        commands: [],
      },
    ];
  });
}

/** Strict filtering drops what comes in by a link that the answer would not leave by. */
function checkSourceFilter({ settings }: HostFacts, topology: Topology): readonly HostFinding[] {
  if (settings.kind === 'unread') return [];
  const ways = new Set(
    topology.routes.filter((route) => isWayOut(route, 'ipv4')).map(({ ifIndex }) => ifIndex),
  );
  const best = topology.waysOut.ipv4?.ifIndex;
  if (ways.size < 2) return [];
  return [...ways].flatMap((ifIndex): readonly HostFinding[] => {
    const link = linkOf(topology, ifIndex);
    if (link === undefined || ifIndex === best) return [];
    if (settings.value.links.get(link.ifName)?.rpFilter !== 1) return [];
    return [
      {
        code: 'RP_FILTER_STRICT',
        severity: 'warning',
        subject: `rp_filter of ${link.ifName}`,
        what: 'It is strict, on one of several ways out that is not the preferred one.',
        why: `Packets from the outside that come in by ${link.ifName} are dropped: ports that are published there are not reached.`,
        remedy: 'Make it loose there.',
        commands: [`sysctl -w ${shellWord(`net/ipv4/conf/${link.ifName}/rp_filter`)}=2`],
      },
    ];
  });
}

function checkMtu(facts: HostFacts, topology: Topology): readonly HostFinding[] {
  return readyNetworks(facts).flatMap((record): readonly HostFinding[] => {
    const { network } = record;
    const bridge = findBridge(topology, network);
    const families = (['ipv4', 'ipv6'] as const).filter((family) => hasFamily(record, family));
    const limits = families.flatMap((family) => topology.waysOut[family]?.mtu ?? []);
    const limit = Math.min(...limits);
    if (bridge === undefined || network.internal || limits.length === 0 || bridge.mtu <= limit) return [];
    return [
      {
        code: 'MTU_ABOVE_WAY_OUT',
        severity: 'warning',
        subject: `bridge ${network.ifName}`,
        what: `Its packets may have ${bridge.mtu} bytes; those that leave the host, ${limit}.`,
        why: 'TCP is told of it. Larger packets of other protocols, as of QUIC, are lost where nobody answers that they are too big.',
        remedy: `Create network ${network.name} again, with an MTU of ${limit}, or with none to have it follow the way out.`,
        commands: [],
      },
    ];
  });
}

function checkAdvertisements({ settings }: HostFacts, topology: Topology): readonly HostFinding[] {
  if (settings.kind === 'unread' || !settings.value.forwarding.ipv6) return [];
  const learned = topology.routes.filter(
    (route) => isWayOut(route, 'ipv6') && route.protocol === routeProtocols.ra,
  );
  return [...new Set(learned.map(({ ifIndex }) => ifIndex))].flatMap((ifIndex): readonly HostFinding[] => {
    const link = linkOf(topology, ifIndex);
    if (link === undefined || settings.value.links.get(link.ifName)?.acceptRa !== 1) return [];
    return [
      {
        code: 'ROUTER_ADVERTISEMENTS_IGNORED',
        severity: 'warning',
        subject: `accept_ra of ${link.ifName}`,
        what: 'The host learned its IPv6 default route from router advertisements there, which it ignores since it forwards.',
        why: 'When the route expires, the host and all sandboxes have no IPv6 way out.',
        remedy: 'Let it heed them while it forwards.',
        commands: [`sysctl -w ${shellWord(`net/ipv6/conf/${link.ifName}/accept_ra`)}=2`],
      },
    ];
  });
}

/** Whether a route leads to the rest of the world, or to half of it. */
function isWayOut({ destination, type, table, ifIndex }: Route, family: AddressFamily): boolean {
  const isUsable = type === routeTypes.unicast && table !== routeTables.local && ifIndex !== undefined;
  return isUsable && destination.family === family && destination.length <= 1;
}

function linkOf({ links }: Topology, ifIndex: number | undefined) {
  return links.find((link) => link.ifIndex === ifIndex);
}
