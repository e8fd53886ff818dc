import { be16, be32, ipAddress, nestedBytes, u8, u32 } from '../wire/attribute.ts';
import { type AttributeValues, attributeSet } from '../wire/attribute-set.ts';

/** CTA_IP_*: the two addresses of one direction. */
export const flowAddresses = attributeSet({
  sourceV4: [1, ipAddress],
  destinationV4: [2, ipAddress],
  sourceV6: [3, ipAddress],
  destinationV6: [4, ipAddress],
});

/** CTA_PROTO_*: the transport protocol and ports of one direction; ports in network byte order. */
export const flowProtocol = attributeSet({
  protocol: [1, u8],
  sourcePort: [2, be16],
  destinationPort: [3, be16],
});

/** CTA_TUPLE_*: one direction of a connection. */
export const flowTuple = attributeSet({
  addresses: [1, flowAddresses.flagged],
  protocol: [2, flowProtocol.flagged],
});

/** CTA_FILTER_*: which fields of the tuples a deletion must match (host byte order). */
export const flowFilter = attributeSet({ originalFields: [1, u32], replyFields: [2, u32] });

const table = {
  original: [1, flowTuple.flagged],
  reply: [2, flowTuple.flagged],
  /** IPS_* bits (linux/netfilter/nf_conntrack_common.h), network byte order. */
  status: [3, be32],
  /** State that depends on the transport protocol. */
  protocolInfo: [4, nestedBytes],
  /** Seconds until the entry goes, network byte order. */
  timeout: [7, be32],
  /** Network byte order. */
  mark: [8, be32],
  /** How many holders the entry has, network byte order. */
  use: [11, be32],
  /** Tells apart entries with the same tuples over time, network byte order. */
  id: [12, be32],
  /** Network byte order. */
  zone: [18, be16],
  /** Of requests only. */
  filter: [25, flowFilter.flagged],
  /** Of a filter: which bits of `status` must be as given; network byte order. */
  statusMask: [26, be32],
} as const;

/** CTA_*: the attributes of connection tracking messages (linux/netfilter/nfnetlink_conntrack.h). */
export const conntrackAttributes = attributeSet(table);

/** The values of {@link conntrackAttributes}. */
export type ConntrackAttributes = AttributeValues<typeof table>;
