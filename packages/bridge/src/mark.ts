import type { Endpoint, Network } from '@tsnet/core';
import { findLink, type Link, type NetlinkConnection } from '@tsnet/netlink';
import { ForeignLinkError } from './errors.ts';

/** The alias that a network's bridge bears. */
export function bridgeMark(network: Network): string {
  return `tsnet network ${network.id}`;
}

/** The alias that the host's end of an endpoint's pair bears. */
export function vethMark(endpoint: Endpoint): string {
  return `tsnet endpoint ${endpoint.id}`;
}

/**
 * Finds a link that must bear a mark; undefined when it is gone.
 *
 * @throws {@link ForeignLinkError} when the link of that name is somebody else's.
 */
export function findMarked(
  netlink: NetlinkConnection,
  operation: string,
  ifName: string,
  mark: string,
): Link | undefined {
  const link = findLink(netlink, ifName);
  if (link !== undefined && link.alias !== mark) throw new ForeignLinkError(operation, ifName, mark);
  return link;
}
