/** NUD_*: how sure the kernel is of a neighbor (linux/neighbour.h). */
export const neighborStates = {
  incomplete: 0x01,
  reachable: 0x02,
  stale: 0x04,
  delay: 0x08,
  probe: 0x10,
  failed: 0x20,
  noArp: 0x40,
  permanent: 0x80,
} as const;
