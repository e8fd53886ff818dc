import { TruncatedMessageError } from '../errors.ts';
import { LITTLE_ENDIAN } from './byte-writer.ts';

/** Reads fixed-width values one after the other; throws {@link TruncatedMessageError} at the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  /** @param bytes - read in place, from the first to the last. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Bytes that are left. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** One byte. */
  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  /** Host byte order. */
  u16(): number {
    return this.#view.getUint16(this.#take(2), LITTLE_ENDIAN);
  }

  /** Host byte order. */
  u32(): number {
    return this.#view.getUint32(this.#take(4), LITTLE_ENDIAN);
  }

  /** Host byte order. */
  s32(): number {
    return this.#view.getInt32(this.#take(4), LITTLE_ENDIAN);
  }

  /** Host byte order. */
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), LITTLE_ENDIAN);
  }

  /** Network byte order. */
  be16(): number {
    return this.#view.getUint16(this.#take(2), false);
  }

  /** Network byte order. */
  be32(): number {
    return this.#view.getUint32(this.#take(4), false);
  }

  /** Network byte order. */
  be64(): bigint {
    return this.#view.getBigUint64(this.#take(8), false);
  }

  /** The next `count` bytes, sharing memory with the source. */
  raw(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  /** Steps over `count` bytes. */
  skip(count: number): void {
    this.#take(count);
  }

  /** All that is left, sharing memory with the source. */
  rest(): Uint8Array {
    return this.raw(this.remaining);
  }

  /** Skips to the next multiple of four, or to the end where the padding is missing. */
  align(): void {
    const rest = this.#offset % 4;
    if (rest !== 0) this.#offset = Math.min(this.#offset + 4 - rest, this.#bytes.length);
  }

  #take(count: number): number {
    const at = this.#offset;
    if (count > this.#bytes.length - at) throw new TruncatedMessageError(count, this.#bytes.length - at);
    this.#offset = at + count;
    return at;
  }
}
