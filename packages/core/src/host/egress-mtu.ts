import { type AddressFamily, IpAddress } from '@tsnet/inet';
import { findLink, findRoute, type NetlinkConnection, routeTypes } from '@tsnet/netlink';

/** A root name server stands for "the rest of the world": its route is looked up, nothing is sent. */
const farAway = {
  ipv4: IpAddress.parse('198.41.0.4'),
  ipv6: IpAddress.parse('2001:503:ba3e::2:30'),
} as const;

const DEFAULT_MTU = 1500;

/**
 * Bytes of the largest packet that leaves the host in all of these families: the least of the routes' own
 * limits and their links'. 1500 where there is no way out.
 */
export function egressMtu(netlink: NetlinkConnection, families: readonly AddressFamily[]): number {
  const limits = families.flatMap((family) => {
    const route = findRoute(netlink, farAway[family]);
    if (route?.ifIndex === undefined || route.type !== routeTypes.unicast) return [];
    const mtu = route.mtu ?? findLink(netlink, route.ifIndex)?.mtu;
    return mtu === undefined ? [] : [mtu];
  });
  return limits.length === 0 ? DEFAULT_MTU : Math.min(...limits);
}
