/** Bits of a link's flags (linux/if.h). */
export const linkFlags = {
  up: 0x1,
  broadcast: 0x2,
  loopback: 0x8,
  pointToPoint: 0x10,
  running: 0x40,
  noArp: 0x80,
  promiscuous: 0x100,
  multicast: 0x1000,
  lowerUp: 0x10000,
} as const;

/** RFC 2863 operational states, by the kernel's number (linux/if.h). */
export const operationalStates = [
  'unknown',
  'not-present',
  'down',
  'lower-layer-down',
  'testing',
  'dormant',
  'up',
] as const;

export type OperationalState = (typeof operationalStates)[number];
