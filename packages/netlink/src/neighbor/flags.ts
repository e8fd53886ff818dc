/** NUD_*: how sure the kernel is of a neighbor (linux/neighbour.h). */
export const neighborStates = {
  none: 0,
  incomplete: 0x01,
  reachable: 0x02,
  stale: 0x04,
  delay: 0x08,
  probe: 0x10,
  failed: 0x20,
  noArp: 0x40,
  permanent: 0x80,
} as const;

/** NTF_*: bits of a neighbor's flags (linux/neighbour.h). */
export const neighborFlags = {
  use: 0x01,
  /** Of a forwarding entry: the link's own table, not that of its bridge. */
  self: 0x02,
  /** Of a forwarding entry: the table of the link's bridge. */
  master: 0x04,
  proxy: 0x08,
  externallyLearned: 0x10,
  offloaded: 0x20,
  sticky: 0x40,
  router: 0x80,
} as const;
