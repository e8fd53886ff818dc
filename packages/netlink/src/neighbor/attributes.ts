import { bytes, ipAddress, macAddress, u8, u32 } from '../wire/attribute.ts';
import { type AttributeValues, attributeSet } from '../wire/attribute-set.ts';

const table = {
  destination: [1, ipAddress],
  linkLayerAddress: [2, macAddress],
  /** struct nda_cacheinfo: ages in clock ticks, host byte order. */
  cacheInfo: [3, bytes],
  probes: [4, u32],
  /** Index of the bridge that a forwarding entry belongs to. */
  master: [9, u32],
  /** RTPROT_*: who made the entry. */
  protocol: [12, u8],
} as const;

/** NDA_*: the attributes of RTM_NEWNEIGH and its kin (linux/neighbour.h). Integers are in host byte order. */
export const neighborAttributes = attributeSet(table);

/** The values of {@link neighborAttributes}. */
export type NeighborAttributes = AttributeValues<typeof table>;
