import type { AttributeCodec } from '../wire/attribute.ts';
import { attributeSet } from '../wire/attribute-set.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { messageCodec, type ObjectMessage } from '../wire/message.ts';
import { type LinkAttributes, linkAttributes } from './attributes.ts';
import { type LinkHeader, linkHeader } from './header.ts';

/** A link as the kernel's messages carry it: header fields, and attributes. */
export type LinkMessage = ObjectMessage<LinkHeader, LinkAttributes>;

/** Body of RTM_NEWLINK, RTM_SETLINK, RTM_GETLINK and RTM_DELLINK. */
export const linkMessage: AttributeCodec<LinkMessage> = messageCodec(linkHeader, linkAttributes);

/** VETH_INFO_*: the other end of a pair, as a whole link message. */
export const vethAttributes = attributeSet({ peer: [1, linkMessage] });

/** A link message for `ifIndex`, or for a link that its attributes name, that changes only what is given. */
export function linkChange(
  attributes: LinkAttributes,
  change: Partial<Omit<LinkHeader, 'hardwareType'>> = {},
): LinkMessage {
  return { family: 0, hardwareType: 0, ifIndex: 0, flags: 0, changeMask: 0, ...change, attributes };
}

/** The bytes of a nested value, for an attribute whose layout another attribute decides. */
export function payloadOf<T>(codec: AttributeCodec<T>, value: T): Uint8Array {
  const writer = new ByteWriter(128);
  codec.write(writer, value);
  return writer.bytes;
}
