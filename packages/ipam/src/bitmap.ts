/** Bit operations on a chunk of bytes; bit 0 is the lowest bit of the first byte. */

/** Whether bit `index` is set. */
export function hasBit(bytes: Uint8Array, index: number): boolean {
  return (((bytes[index >>> 3] ?? 0) >>> (index & 7)) & 1) === 1;
}

/** A copy of `bytes` with bit `index` set or cleared. */
export function withBit(bytes: Uint8Array, index: number, set: boolean): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const bit = 1 << (index & 7);
  const byte = copy[index >>> 3] ?? 0;
  copy[index >>> 3] = set ? byte | bit : byte & ~bit;
  return copy;
}

/** The first clear bit from `from` to `to`, both included. */
export function firstClear(bytes: Uint8Array, from: number, to: number): number | undefined {
  let at = from >>> 3;
  const last = to >>> 3;
  // Bits before `from` count as set.
  let byte = (bytes[at] ?? 0) | ((1 << (from & 7)) - 1);
  while (byte === 0xff && at < last) {
    at += 1;
    byte = bytes[at] ?? 0;
  }
  if (byte === 0xff) return undefined;
  // The lowest clear bit is the lowest set bit of the complement.
  const index = at * 8 + (31 - Math.clz32(~byte & (byte + 1)));
  return index <= to ? index : undefined;
}

/** Whether all of the first `size` bits are set. */
export function isFull(bytes: Uint8Array, size: number): boolean {
  return firstClear(bytes, 0, size - 1) === undefined;
}

/** Whether no bit is set. */
export function isEmpty(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false;
  return true;
}
