/** IFF_*: bits of a link's flags (linux/if.h). */
export const linkFlags = {
  /** Administratively up. */
  up: 0x1,
  broadcast: 0x2,
  debug: 0x4,
  loopback: 0x8,
  pointToPoint: 0x10,
  noTrailers: 0x20,
  /** Operational: RFC 2863. */
  running: 0x40,
  noArp: 0x80,
  promiscuous: 0x100,
  allMulticast: 0x200,
  /** Of a load balancer's bundle, not of a bridge. */
  master: 0x400,
  slave: 0x800,
  multicast: 0x1000,
  portSelect: 0x2000,
  autoMedia: 0x4000,
  dynamic: 0x8000,
  /** The driver reports a carrier. */
  lowerUp: 0x10000,
  dormant: 0x20000,
  echo: 0x40000,
} as const;

/** RFC 2863 operational states; each stands at the kernel's number (linux/if.h). */
export const operationalStates = [
  'unknown',
  'not-present',
  'down',
  'lower-layer-down',
  'testing',
  'dormant',
  'up',
] as const;

/** Whether a link can pass packets (RFC 2863). `unknown` where its driver does not say, as of loopback. */
export type OperationalState = (typeof operationalStates)[number];
