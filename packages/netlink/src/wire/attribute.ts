import { IpAddress, MacAddress } from '@tsnet/inet';
import { MalformedAttributeError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** How a payload is read. */
export interface PayloadReader<T> {
  /** Reads a whole payload. The value shares no memory with it. @throws {@link MalformedAttributeError} */
  read(payload: Uint8Array): T;
}

/** How the payload of one attribute is written and read. */
export interface AttributeCodec<T> extends PayloadReader<T> {
  /** Whether the kernel wants NLA_F_NESTED in the attribute's type. */
  readonly nested?: boolean;
  /** Writes the payload alone: header and padding are the set's. */
  write(writer: ByteWriter, value: T): void;
}

/** One byte. */
export const u8: AttributeCodec<number> = {
  write: (writer, value) => writer.u8(value),
  read: (payload) => exactly(payload, 1).u8(),
};

/** Host byte order. */
export const u16: AttributeCodec<number> = {
  write: (writer, value) => writer.u16(value),
  read: (payload) => exactly(payload, 2).u16(),
};

/** Host byte order. */
export const u32: AttributeCodec<number> = {
  write: (writer, value) => writer.u32(value),
  read: (payload) => exactly(payload, 4).u32(),
};

/** Host byte order. */
export const s32: AttributeCodec<number> = {
  write: (writer, value) => writer.s32(value),
  read: (payload) => exactly(payload, 4).s32(),
};

/** Network byte order. */
export const be16: AttributeCodec<number> = {
  write: (writer, value) => writer.be16(value),
  read: (payload) => exactly(payload, 2).be16(),
};

/** Network byte order. */
export const be32: AttributeCodec<number> = {
  write: (writer, value) => writer.be32(value),
  read: (payload) => exactly(payload, 4).be32(),
};

/** Network byte order. */
export const be64: AttributeCodec<bigint> = {
  write: (writer, value) => writer.be64(value),
  read: (payload) => exactly(payload, 8).be64(),
};

/** Opaque payload, copied. */
export const bytes: AttributeCodec<Uint8Array> = {
  write: (writer, value) => writer.raw(value),
  read: (payload) => payload.slice(),
};

/** Attributes that are left as they are, inside an attribute whose type carries NLA_F_NESTED. */
export const nestedBytes: AttributeCodec<Uint8Array> = { ...bytes, nested: true };

/** UTF-8 with a closing NUL, which some senders leave out; what follows the first NUL is ignored. */
export const text: AttributeCodec<string> = {
  write: (writer, value) => writer.text(value),
  read: (payload) => {
    const end = payload.indexOf(0);
    return decoder.decode(end < 0 ? payload : payload.subarray(0, end));
  },
};

/** Four or sixteen bytes in network order. */
export const ipAddress: AttributeCodec<IpAddress> = {
  write: (writer, value) => writer.raw(value.toBytes()),
  read: (payload) => {
    if (payload.length !== 4 && payload.length !== 16) throw wrongLength(payload, '4 or 16');
    return IpAddress.fromBytes(payload);
  },
};

/** Six bytes. */
export const macAddress: AttributeCodec<MacAddress> = {
  write: (writer, value) => writer.raw(value.toBytes()),
  read: (payload) => {
    if (payload.length !== 6) throw wrongLength(payload, '6');
    return MacAddress.fromBytes(payload);
  },
};

function exactly(payload: Uint8Array, length: number): ByteReader {
  if (payload.length !== length) throw wrongLength(payload, String(length));
  return new ByteReader(payload);
}

function wrongLength(payload: Uint8Array, expected: string): MalformedAttributeError {
  return new MalformedAttributeError(`its payload has ${payload.length} bytes, expected ${expected}`);
}

const decoder = new TextDecoder();
