import { expect } from 'vitest';
import { MalformedAttributeError, TruncatedMessageError } from '../src/errors.ts';
import type { AttributeCodec } from '../src/wire/attribute.ts';
import { ByteWriter } from '../src/wire/byte-writer.ts';

/** The bytes of a value. */
export function encode<T>(codec: AttributeCodec<T>, value: T): Uint8Array {
  const writer = new ByteWriter();
  codec.write(writer, value);
  return writer.bytes;
}

/** Expects that bytes of the kernel decode, and encode to the very same bytes. */
export function expectSameBytes<T>(codec: AttributeCodec<T>, body: Uint8Array): void {
  expect(hex(encode(codec, codec.read(body)))).toBe(hex(body));
}

/**
 * Cuts `body` short at every offset. Where the cut leaves whole attributes, they must decode to what was there;
 * anywhere else the codec must say that something is missing. What follows the cut in memory must not be read.
 */
export function expectSafeCuts<T>(codec: AttributeCodec<T>, body: Uint8Array): void {
  let refused = 0;
  for (let end = 0; end < body.length; end++) {
    const cut = body.subarray(0, end);
    const value = readOrRefusal(() => codec.read(cut));
    if (isRefusal(value)) refused++;
    else {
      const again = encode(codec, value);
      expect(hex(again.subarray(0, end)), `cut at ${end}`).toBe(hex(cut));
      // Only the padding behind the last attribute may have been missing.
      expect(again.length - end, `cut at ${end}`).toBeLessThan(4);
    }
  }
  expect(refused).toBeGreaterThan(body.length / 2);
}

/** Reads, or returns the error where it is one that a codec may throw. */
export function readOrRefusal<T>(read: () => T): T | MalformedAttributeError | TruncatedMessageError {
  try {
    return read();
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

function isRefusal(value: unknown): value is MalformedAttributeError | TruncatedMessageError {
  return value instanceof MalformedAttributeError || value instanceof TruncatedMessageError;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
