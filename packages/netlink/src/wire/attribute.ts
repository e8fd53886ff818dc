import { IpAddress, MacAddress } from '@tsnet/inet';
import { MalformedAttributeError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** How the payload of one attribute is written and read. */
export interface AttributeCodec<T> {
  /** Whether the kernel wants NLA_F_NESTED in the attribute's type. */
  readonly nested?: boolean;
  write(writer: ByteWriter, value: T): void;
  read(payload: Uint8Array): T;
}

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

/** Host byte order. */
export const u64: AttributeCodec<bigint> = {
  write: (writer, value) => writer.u64(value),
  read: (payload) => exactly(payload, 8).u64(),
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

/** Opaque payload; read as a copy, so that it outlives the receive buffer. */
export const bytes: AttributeCodec<Uint8Array> = {
  write: (writer, value) => writer.raw(value),
  read: (payload) => payload.slice(),
};

/** NUL-terminated UTF-8; what follows the first NUL is ignored. */
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
    if (payload.length !== 4 && payload.length !== 16) throw new MalformedAttributeError(payload.length, '4 or 16');
    return IpAddress.fromBytes(payload);
  },
};

/** Six bytes. */
export const macAddress: AttributeCodec<MacAddress> = {
  write: (writer, value) => writer.raw(value.toBytes()),
  read: (payload) => {
    if (payload.length !== 6) throw new MalformedAttributeError(payload.length, '6');
    return MacAddress.fromBytes(payload);
  },
};

function exactly(payload: Uint8Array, length: number): ByteReader {
  if (payload.length !== length) throw new MalformedAttributeError(payload.length, String(length));
  return new ByteReader(payload);
}

const decoder = new TextDecoder();
