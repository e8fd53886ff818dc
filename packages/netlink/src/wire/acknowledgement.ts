import { text, u32 } from './attribute.ts';
import { type AttributeValues, attributeSet } from './attribute-set.ts';
import { ByteReader } from './byte-reader.ts';
import { MESSAGE_HEADER_LENGTH, messageFlags, type RawMessage } from './header.ts';

/** NL_POLICY_TYPE_ATTR_*: what the kernel demands of an attribute. */
const policyAttributes = attributeSet({ maximumLength: [7, u32] });

const attributes = {
  /** The kernel's own words. */
  message: [1, text],
  /** Offset in the request of the attribute that was refused. */
  offset: [2, u32],
  /** What the attribute that was refused must be like. */
  policy: [4, policyAttributes.flagged],
  /** Type of an attribute that is missing. */
  missingType: [5, u32],
} as const;

/** NLMSGERR_ATTR_*: the kernel's explanation (linux/netlink.h). Host byte order. */
const acknowledgementAttributes = attributeSet(attributes);

/** The kernel's verdict on a request: NLMSG_ERROR, or the status that closes a dump (NLMSG_DONE). */
export interface Acknowledgement {
  /** 0 for success, else a positive errno. */
  readonly errno: number;
  /** What the kernel explained; empty where it had nothing to say. */
  readonly details: AttributeValues<typeof attributes>;
}

/** Decodes the body of NLMSG_ERROR: status, the request's header (and body unless capped), attributes. */
export function decodeAcknowledgement(message: RawMessage): Acknowledgement {
  const reader = new ByteReader(message.body);
  const errno = 0 - reader.s32();
  if ((message.flags & messageFlags.acknowledgeAttributes) === 0) return { errno, details: {} };
  const requestLength = reader.u32();
  const echoed = message.flags & messageFlags.capped ? MESSAGE_HEADER_LENGTH : requestLength;
  reader.raw(Math.max(echoed - 4, 0));
  reader.align();
  return { errno, details: acknowledgementAttributes.read(reader.rest()) };
}

/** Decodes the body of NLMSG_DONE: the status of a dump, with attributes where the flag says so. */
export function decodeDone(message: RawMessage): Acknowledgement {
  if (message.body.length < 4) return { errno: 0, details: {} };
  const reader = new ByteReader(message.body);
  const errno = 0 - reader.s32();
  if ((message.flags & messageFlags.acknowledgeAttributes) === 0) return { errno, details: {} };
  return { errno, details: acknowledgementAttributes.read(reader.rest()) };
}
