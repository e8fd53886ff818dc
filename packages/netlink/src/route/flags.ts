/** RTN_*: what a route does with a packet (linux/rtnetlink.h). */
export const routeTypes = {
  unspecified: 0,
  unicast: 1,
  /** To this host itself. */
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  /** Drops without a word. */
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  /** Goes on with the next routing rule. */
  throw: 9,
} as const;

/** RT_TABLE_*: tables that the kernel looks into without a rule of ours (linux/rtnetlink.h). */
export const routeTables = { unspecified: 0, default: 253, main: 254, local: 255 } as const;

/** RTPROT_*: who made a route (linux/rtnetlink.h). */
export const routeProtocols = {
  unspecified: 0,
  redirect: 1,
  kernel: 2,
  boot: 3,
  static: 4,
  ra: 9,
  dhcp: 16,
} as const;

/** RT_SCOPE_*: how far away a destination is (linux/rtnetlink.h). */
export const routeScopes = { universe: 0, site: 200, link: 253, host: 254, nowhere: 255 } as const;

/** RTM_F_CLONED: a route made from another for one destination; so is each answer to a look-up of IPv4. */
export const ROUTE_CLONED = 0x200;
