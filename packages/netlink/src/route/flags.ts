/** RTN_*: what a route does with a packet (linux/rtnetlink.h). */
export const routeTypes = {
  unspecified: 0,
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
} as const;

export const routeTables = { main: 254, local: 255 } as const;

/** RTPROT_*: who made a route. */
export const routeProtocols = { kernel: 2, boot: 3, static: 4 } as const;

/** RT_SCOPE_*. */
export const routeScopes = { universe: 0, link: 253, host: 254 } as const;

/** RTM_F_CLONED: an IPv6 route that the kernel made from another for one destination. */
export const ROUTE_CLONED = 0x200;
