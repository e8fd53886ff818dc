import { bytes, ipAddress, u8, u32 } from '../wire/attribute.ts';
import { type AttributeValues, attributeSet } from '../wire/attribute-set.ts';

/** RTAX_*: a route's metrics, in bytes and in host byte order. */
export const routeMetrics = attributeSet({ mtu: [2, u32], advertisedMss: [8, u32] });

const table = {
  destination: [1, ipAddress],
  source: [2, ipAddress],
  inputIfIndex: [3, u32],
  outputIfIndex: [4, u32],
  gateway: [5, ipAddress],
  /** The lower, the more preferred. */
  priority: [6, u32],
  preferredSource: [7, ipAddress],
  metrics: [8, routeMetrics],
  /** List of struct rtnexthop. */
  multipath: [9, bytes],
  /** struct rta_cacheinfo: ages in clock ticks, host byte order. */
  cacheInfo: [12, bytes],
  table: [15, u32],
  /** IPv6: RFC 4191 preference. */
  preference: [20, u8],
} as const;

/** RTA_*: the attributes of RTM_NEWROUTE and its kin (linux/rtnetlink.h). Integers are in host byte order. */
export const routeAttributes = attributeSet(table);

/** The values of {@link routeAttributes}. */
export type RouteAttributes = AttributeValues<typeof table>;
