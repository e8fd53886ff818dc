/** IFA_F_*: bits of an address's flags (linux/if_addr.h). */
export const addressFlags = {
  /** IPv4: not the link's first of its prefix. IPv6: a temporary address. */
  secondary: 0x01,
  /** IPv6: usable at once, without duplicate address detection. */
  noDad: 0x02,
  optimistic: 0x04,
  /** IPv6: duplicate address detection found a duplicate. */
  dadFailed: 0x08,
  homeAddress: 0x10,
  deprecated: 0x20,
  /** IPv6: duplicate address detection has not ended. */
  tentative: 0x40,
  permanent: 0x80,
  /** From here on only in the attribute, not in the header. */
  manageTemporary: 0x100,
  noPrefixRoute: 0x200,
  multicastAutoJoin: 0x400,
  stablePrivacy: 0x800,
} as const;
