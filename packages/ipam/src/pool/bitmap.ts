/** Bit operations on a chunk of bytes; bit 0 is the lowest bit of the first byte. */

/** Whether bit `index` is set. */
export function hasBit(bytes: Uint8Array, index: number): boolean {
  return (((bytes[index >>> 3] ?? 0) >>> (index & 7)) & 1) === 1;
}

/** Sets bit `index`. */
export function setBit(bytes: Uint8Array, index: number): void {
  bytes[index >>> 3] = (bytes[index >>> 3] ?? 0) | (1 << (index & 7));
}

/** Clears bit `index`. */
export function clearBit(bytes: Uint8Array, index: number): void {
  bytes[index >>> 3] = (bytes[index >>> 3] ?? 0) & ~(1 << (index & 7));
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

/** The first clear bits from `from` to `to`, both included: `most` of them, or all there are. */
export function listClear(bytes: Uint8Array, from: number, to: number, most: number): readonly number[] {
  const found: number[] = [];
  let bit = firstClear(bytes, from, to);
  while (bit !== undefined && found.length < most) {
    found.push(bit);
    bit = bit < to ? firstClear(bytes, bit + 1, to) : undefined;
  }
  return found;
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
