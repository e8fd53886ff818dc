import { bytes, ipAddress, macAddress, u32 } from '../wire/attribute.ts';
import { type AttributeValues, attributeSet } from '../wire/attribute-set.ts';

const table = {
  destination: [1, ipAddress],
  linkLayerAddress: [2, macAddress],
  cacheInfo: [3, bytes],
  probes: [4, u32],
  master: [9, u32],
} as const;

/** NDA_*: the attributes of RTM_NEWNEIGH and its kin. */
export const neighborAttributes = attributeSet(table);

export type NeighborAttributes = AttributeValues<typeof table>;
