import {
  type AttributeCodec,
  type AttributeSet,
  type AttributeValues,
  attributeSet,
  be32,
  be64,
  bytes,
  messageCodec,
  type NetfilterHeader,
  netfilterHeader,
  type ObjectMessage,
  text,
} from '@tsnet/netlink';

/** NFTA_VERDICT_*; the code is one of NF_* and NFT_*, of which those below 0 are two's complement. */
const verdictTable = { code: [1, be32], chain: [2, text] } as const;
const verdict = attributeSet(verdictTable);

/** NFTA_DATA_*: a value with its fields padded to four bytes each where it has several, or a verdict. */
const dataTable = { value: [1, bytes], verdict: [2, verdict.flagged] } as const;
const data = attributeSet(dataTable);

const elementTable = {
  key: [1, data.flagged],
  /** What the key gives, in a map. */
  data: [2, data.flagged],
  /** Milliseconds. */
  timeout: [4, be64],
  /** What the kernel keeps for nft: for comments, type, length and text. */
  userData: [6, bytes],
  /** The greatest value of every field, where the set's keys are ranges in several fields. */
  keyEnd: [10, data.flagged],
} as const;

/** The values of NFTA_SET_ELEM_*. */
export type ElementAttributes = AttributeValues<typeof elementTable>;

/** NFTA_SET_ELEM_*: one element of a set or map (linux/netfilter/nf_tables.h). All integers in network byte order. */
export const elementAttributes: AttributeSet<ElementAttributes> = attributeSet(elementTable);

/** NFTA_LIST_ELEM. nft numbers the elements of a list instead, and the kernel does not look at the number. */
const list = attributeSet({ elements: [1, elementAttributes.flagged, 'repeated'] });

const messageTable = {
  table: [1, text],
  set: [2, text],
  list: [3, list.flagged],
  /** Of a set that is made in the same transaction. */
  setId: [4, be32],
} as const;

/** The values of NFTA_DATA_*. */
export type ElementData = AttributeValues<typeof dataTable>;

/** Elements of one set as NFT_MSG_NEWSETELEM and NFT_MSG_DELSETELEM carry them: header fields, and attributes. */
export type ElementMessage = ObjectMessage<NetfilterHeader, AttributeValues<typeof messageTable>>;

/** Body of those messages: NFTA_SET_ELEM_LIST_* behind struct nfgenmsg. */
export const elementMessage: AttributeCodec<ElementMessage> = messageCodec(
  netfilterHeader,
  attributeSet(messageTable),
);
