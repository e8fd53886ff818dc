import type { Endpoint, Host, Network } from '@tsnet/core';
import type { IpPrefix } from '@tsnet/inet';
import { findLink, type Link, type LinkAddress, listAddresses, listLinks } from '@tsnet/netlink';
import { parseMark } from '../mark.ts';

/** What the kernel has of tsnet's links. */
export interface Observation {
  /** Every link of the host that was looked for, by name. */
  readonly links: ReadonlyMap<string, Link>;
  /** The bridge that bears the mark of a network, by the network's id. */
  readonly bridges: ReadonlyMap<string, Link>;
  /** The host's end that bears the mark of an endpoint, by the endpoint's id. */
  readonly hostEnds: ReadonlyMap<string, Link>;
  /** By the index of their link. */
  readonly addresses: ReadonlyMap<number, readonly IpPrefix[]>;
}

/** The links that are looked for. */
export interface Observed {
  readonly networks: readonly Network[];
  readonly endpoints: readonly Endpoint[];
}

/** To ask for so many links one by one takes less than to read those of a large host. */
const FEW = 64;

/** Reads the links of the host and their addresses, in two dumps. */
export function observe({ netlink }: Host): Observation {
  return observationOf(listLinks(netlink), listAddresses(netlink));
}

/** Reads some links and their addresses: one by one where they are few, and under their names. */
export function observeSome(host: Host, { networks, endpoints }: Observed): Observation {
  if (networks.length + endpoints.length > FEW) return observe(host);
  const { netlink } = host;
  const wanted = [
    ...networks.map(({ ifName, id }) => ({ ifName, id })),
    ...endpoints.map(({ hostIfName, id }) => ({ ifName: hostIfName, id })),
  ];
  const links: Link[] = [];
  for (const { ifName, id } of wanted) {
    const link = findLink(netlink, ifName);
    if (link === undefined || parseMark(link.alias)?.id !== id) return observe(host);
    links.push(link);
  }
  const addresses = links.slice(0, networks.length).flatMap(({ ifIndex }) => listAddresses(netlink, ifIndex));
  return observationOf(links, addresses);
}

function observationOf(all: readonly Link[], allAddresses: readonly LinkAddress[]): Observation {
  const links = new Map<string, Link>();
  const bridges = new Map<string, Link>();
  const hostEnds = new Map<string, Link>();
  for (const link of all) {
    links.set(link.ifName, link);
    const mark = parseMark(link.alias);
    if (mark?.kind === 'network') bridges.set(mark.id, link);
    if (mark?.kind === 'endpoint') hostEnds.set(mark.id, link);
  }
  const addresses = Map.groupBy(allAddresses, ({ ifIndex }) => ifIndex);
  return {
    links,
    bridges,
    hostEnds,
    addresses: new Map(
      [...addresses].map(([ifIndex, found]) => [ifIndex, found.map(({ prefix }) => prefix)]),
    ),
  };
}
