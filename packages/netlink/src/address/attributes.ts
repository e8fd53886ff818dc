import { bytes, ipAddress, text, u8, u32 } from '../wire/attribute.ts';
import { type AttributeValues, attributeSet } from '../wire/attribute-set.ts';

const table = {
  /** The other side of a point-to-point link; elsewhere the same as `local`. */
  address: [1, ipAddress],
  /** The address itself. IPv6 uses `address` alone where there is no peer. */
  local: [2, ipAddress],
  label: [3, text],
  broadcast: [4, ipAddress],
  /** struct ifa_cacheinfo: lifetimes in seconds, host byte order. */
  lifetimes: [6, bytes],
  /** All IFA_F_* bits; the header has room for eight. */
  flags: [8, u32],
  /** Of the route that the kernel makes for the prefix. */
  routePriority: [9, u32],
  /** IFAPROT_*: who made the address. */
  protocol: [11, u8],
} as const;

/** IFA_*: the attributes of RTM_NEWADDR and its kin (linux/if_addr.h). Integers are in host byte order. */
export const addressAttributes = attributeSet(table);

/** The values of {@link addressAttributes}. */
export type AddressAttributes = AttributeValues<typeof table>;
