import { TruncatedMessageError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** struct nlmsghdr (linux/netlink.h), all fields in host byte order. */
export interface MessageHeader {
  /** Bytes of the whole message, header included. */
  readonly length: number;
  /** Below 16 one of {@link controlTypes}, else the protocol's own: RTM_NEWLINK. */
  readonly type: number;
  /** See {@link messageFlags}. */
  readonly flags: number;
  /** Chosen by the sender of a request, repeated in every reply to it. */
  readonly sequence: number;
  /** Netlink port of the sender; 0 is the kernel. */
  readonly portId: number;
}

/** One message of a datagram. */
export interface RawMessage extends MessageHeader {
  /** What follows the header, sharing memory with the datagram. */
  readonly body: Uint8Array;
}

/** Bytes of a {@link MessageHeader} on the wire. */
export const MESSAGE_HEADER_LENGTH = 16;

/** Flags of nlmsghdr (linux/netlink.h). The bits from 0x100 on mean something else in each kind of message. */
export const messageFlags = {
  request: 0x001,
  /** Of a reply: more follow, up to one of type `done`. */
  multipart: 0x002,
  /** Of a request: answer it with a verdict also when it succeeds. */
  acknowledge: 0x004,
  echo: 0x008,
  /** Of a dump's parts: the table changed meanwhile, so the parts may not fit together. */
  dumpInterrupted: 0x010,
  /** Of a dump's parts: the kernel filtered as the request asked. */
  dumpFiltered: 0x020,
  /** Of a reading request: the whole table (root and match). */
  dump: 0x300,
  /** Of a creating request: change the object when it exists. */
  replace: 0x100,
  /** Of a creating request: fail when the object exists. */
  exclusive: 0x200,
  /** Of a creating request: create the object when it does not exist. */
  create: 0x400,
  /** Of a creating request: put it at the end of a list. */
  append: 0x800,
  /** Of an acknowledgement: the original request's body was left out. */
  capped: 0x100,
  /** Of an acknowledgement: attributes with the kernel's explanation follow. */
  acknowledgeAttributes: 0x200,
} as const;

/** Message types below the families' own (linux/netlink.h). */
export const controlTypes = { noop: 1, error: 2, done: 3, overrun: 4 } as const;

/** Writes header and body of one message, and pads it. The kernel fills in the port of a sender that gives none. */
export function encodeMessage(
  writer: ByteWriter,
  header: Omit<MessageHeader, 'length' | 'portId'> & { readonly portId?: number },
  body: (writer: ByteWriter) => void,
): void {
  const start = writer.length;
  writer.u32(0);
  writer.u16(header.type);
  writer.u16(header.flags);
  writer.u32(header.sequence);
  writer.u32(header.portId ?? 0);
  body(writer);
  writer.patchU32(start, writer.length - start);
  writer.align();
}

/** Splits a datagram into its messages. @throws {@link TruncatedMessageError} where a length lies. */
export function decodeMessages(datagram: Uint8Array): readonly RawMessage[] {
  const messages: RawMessage[] = [];
  const reader = new ByteReader(datagram);
  while (reader.remaining > 0) {
    const length = reader.u32();
    const type = reader.u16();
    const flags = reader.u16();
    const sequence = reader.u32();
    const portId = reader.u32();
    if (length < MESSAGE_HEADER_LENGTH) throw new TruncatedMessageError(MESSAGE_HEADER_LENGTH, length);
    messages.push({
      length,
      type,
      flags,
      sequence,
      portId,
      body: reader.raw(length - MESSAGE_HEADER_LENGTH),
    });
    reader.align();
  }
  return messages;
}
