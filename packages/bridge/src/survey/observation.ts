import type { Host } from '@tsnet/core';
import type { IpPrefix } from '@tsnet/inet';
import { type Link, listAddresses, listLinks } from '@tsnet/netlink';
import { parseMark } from '../mark.ts';

/** What the kernel has of tsnet's links, read in two dumps. */
export interface Observation {
  /** Every link of the host, by name. */
  readonly links: ReadonlyMap<string, Link>;
  /** The bridge that bears the mark of a network, by the network's id. */
  readonly bridges: ReadonlyMap<string, Link>;
  /** The host's end that bears the mark of an endpoint, by the endpoint's id. */
  readonly hostEnds: ReadonlyMap<string, Link>;
  /** By the index of their link. */
  readonly addresses: ReadonlyMap<number, readonly IpPrefix[]>;
}

/** Reads the links of the host and their addresses. */
export function observe({ netlink }: Host): Observation {
  const links = new Map<string, Link>();
  const bridges = new Map<string, Link>();
  const hostEnds = new Map<string, Link>();
  for (const link of listLinks(netlink)) {
    links.set(link.ifName, link);
    const mark = parseMark(link.alias);
    if (mark?.kind === 'network') bridges.set(mark.id, link);
    if (mark?.kind === 'endpoint') hostEnds.set(mark.id, link);
  }
  const addresses = Map.groupBy(listAddresses(netlink), ({ ifIndex }) => ifIndex);
  return {
    links,
    bridges,
    hostEnds,
    addresses: new Map(
      [...addresses].map(([ifIndex, found]) => [ifIndex, found.map(({ prefix }) => prefix)]),
    ),
  };
}
