import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { TruncatedMessageError } from '../errors.ts';

/** struct nlmsghdr (linux/netlink.h), all fields in host byte order. */
export interface MessageHeader {
  /** Bytes of the whole message, header included. */
  readonly length: number;
  readonly type: number;
  readonly flags: number;
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

/** Flags of nlmsghdr that requests and replies carry (linux/netlink.h). */
export const messageFlags = {
  request: 0x001,
  multipart: 0x002,
  acknowledge: 0x004,
  echo: 0x008,
  dumpInterrupted: 0x010,
  /** Of a dump request: root and match. */
  dump: 0x300,
  /** Of an acknowledgement: the original request's body was left out. */
  capped: 0x100,
  /** Of an acknowledgement: attributes with the kernel's explanation follow. */
  acknowledgeAttributes: 0x200,
  replace: 0x100,
  /** Of a creating request: fail when the object exists. */
  exclusive: 0x200,
  create: 0x400,
  append: 0x800,
} as const;

/** Message types below the families' own (linux/netlink.h). */
export const controlTypes = { noop: 1, error: 2, done: 3, overrun: 4 } as const;

/** Writes header and body of one message, and pads it. */
export function encodeMessage(
  writer: ByteWriter,
  header: Omit<MessageHeader, 'length' | 'portId'>,
  body: (writer: ByteWriter) => void,
): void {
  const start = writer.length;
  writer.u32(0);
  writer.u16(header.type);
  writer.u16(header.flags);
  writer.u32(header.sequence);
  writer.u32(0);
  body(writer);
  writer.patchU32(start, writer.length - start);
  writer.align();
}

/** Splits a datagram into its messages; throws {@link TruncatedMessageError} where a length lies. */
export function* decodeMessages(datagram: Uint8Array): Generator<RawMessage> {
  const reader = new ByteReader(datagram);
  while (reader.remaining > 0) {
    const length = reader.u32();
    const type = reader.u16();
    const flags = reader.u16();
    const sequence = reader.u32();
    const portId = reader.u32();
    if (length < MESSAGE_HEADER_LENGTH) throw new TruncatedMessageError(MESSAGE_HEADER_LENGTH, length);
    yield { length, type, flags, sequence, portId, body: reader.raw(length - MESSAGE_HEADER_LENGTH) };
    reader.align();
  }
}
