import { bytes, ipAddress, text, u32 } from '../wire/attribute.ts';
import { type AttributeValues, attributeSet } from '../wire/attribute-set.ts';

const table = {
  /** The other side of a point-to-point link; elsewhere the same as `local`. */
  address: [1, ipAddress],
  /** The address itself. IPv6 uses `address` alone where there is no peer. */
  local: [2, ipAddress],
  label: [3, text],
  broadcast: [4, ipAddress],
  lifetimes: [6, bytes],
  flags: [8, u32],
  routePriority: [9, u32],
} as const;

/** IFA_*: the attributes of RTM_NEWADDR and its kin. */
export const addressAttributes = attributeSet(table);

export type AddressAttributes = AttributeValues<typeof table>;
