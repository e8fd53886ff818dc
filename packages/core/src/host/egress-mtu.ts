import { type AddressFamily, IpAddress } from '@tsnet/inet';
import { findLink, findRoute, type NetlinkConnection } from '@tsnet/netlink';

/** Documentation addresses stand for "anywhere": the route is looked up, nothing is sent (RFC 5737, RFC 3849). */
const anywhere = { ipv4: IpAddress.parse('192.0.2.1'), ipv6: IpAddress.parse('2001:db8::1') } as const;

const DEFAULT_MTU = 1500;

/**
 * Bytes of the largest packet that leaves the host in all of these families: the least of the routes' own
 * limits and their links'. 1500 where there is no way out.
 */
export function egressMtu(netlink: NetlinkConnection, families: readonly AddressFamily[]): number {
  const limits = families.flatMap((family) => {
    const route = findRoute(netlink, anywhere[family]);
    if (route?.ifIndex === undefined) return [];
    const mtu = route.mtu ?? findLink(netlink, route.ifIndex)?.mtu;
    return mtu === undefined ? [] : [mtu];
  });
  return limits.length === 0 ? DEFAULT_MTU : Math.min(...limits);
}
