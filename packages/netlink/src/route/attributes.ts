import { bytes, ipAddress, u32 } from '../wire/attribute.ts';
import { type AttributeValues, attributeSet } from '../wire/attribute-set.ts';

/** RTAX_*: a route's metrics. */
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
  multipath: [9, bytes],
  table: [15, u32],
} as const;

/** RTA_*: the attributes of RTM_NEWROUTE and its kin. */
export const routeAttributes = attributeSet(table);

export type RouteAttributes = AttributeValues<typeof table>;
