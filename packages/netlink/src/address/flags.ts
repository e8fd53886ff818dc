/** Bits of an address's flags (linux/if_addr.h). */
export const addressFlags = {
  /** IPv6: usable at once, without duplicate address detection. */
  noDad: 0x02,
  dadFailed: 0x08,
  deprecated: 0x20,
  tentative: 0x40,
  permanent: 0x80,
  noPrefixRoute: 0x200,
} as const;
