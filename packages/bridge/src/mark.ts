import type { Endpoint, Network } from '@tsnet/core';
import { findLink, type Link, listLinks, type NetlinkConnection } from '@tsnet/netlink';
import { BridgeMissingError, ForeignLinkError } from './errors.ts';

/** The alias that a network's bridge bears. */
export function bridgeMark(network: Network): string {
  return `tsnet network ${network.id}`;
}

/** The alias that the host's end of an endpoint's pair bears. */
export function vethMark(endpoint: Endpoint): string {
  return `tsnet endpoint ${endpoint.id}`;
}

/** The link group of bridges that iptables lets through: one rule is about all of them. */
export const ACCEPTED_GROUP = 0x7500_0000;

/** The link group of a network's bridge. */
export function bridgeGroup({ firewall }: Network): number {
  return firewall === 'nftables' ? 0 : ACCEPTED_GROUP;
}

const MARK = /^tsnet (?<kind>network|endpoint) (?<id>[0-9a-f]{12})$/;

/** Reads the mark of a link; undefined where it bears none. */
export function parseMark(
  alias: string | undefined,
): { readonly kind: 'network' | 'endpoint'; readonly id: string } | undefined {
  const { kind, id = '' } = MARK.exec(alias ?? '')?.groups ?? {};
  return kind === 'network' || kind === 'endpoint' ? { kind, id } : undefined;
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

/** A network's bridge, whatever it is called; undefined when there is none. All links are looked at only where it is not under its name. */
export function findMarkedBridge(netlink: NetlinkConnection, network: Network): Link | undefined {
  const mark = bridgeMark(network);
  const named = findLink(netlink, network.ifName);
  return named?.alias === mark ? named : listLinks(netlink).find(({ alias }) => alias === mark);
}

/** As {@link findMarkedBridge}. @throws {@link BridgeMissingError} */
export function getMarkedBridge(netlink: NetlinkConnection, network: Network): Link {
  const bridge = findMarkedBridge(netlink, network);
  if (bridge === undefined) throw new BridgeMissingError(network.name, network.ifName);
  return bridge;
}
