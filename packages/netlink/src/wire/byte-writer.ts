import { endianness } from 'node:os';

/** Whether this machine stores the low byte first; netlink headers are in the machine's own order. */
export const LITTLE_ENDIAN = endianness() === 'LE';

/** Writes fixed-width values one after the other into a buffer that grows. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  /** @param capacity - bytes to begin with. */
  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** What was written. It shares memory with the writer: it is valid until the next write or reset. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Starts again at the front, keeping the buffer. */
  reset(): void {
    this.#length = 0;
  }

  /** One byte. */
  u8(value: number): void {
    const at = this.#claim(1);
    this.#view.setUint8(at, value);
  }

  /** Host byte order. */
  u16(value: number): void {
    const at = this.#claim(2);
    this.#view.setUint16(at, value, LITTLE_ENDIAN);
  }

  /** Host byte order. */
  u32(value: number): void {
    const at = this.#claim(4);
    this.#view.setUint32(at, value, LITTLE_ENDIAN);
  }

  /** Host byte order. */
  s32(value: number): void {
    const at = this.#claim(4);
    this.#view.setInt32(at, value, LITTLE_ENDIAN);
  }

  /** Network byte order. */
  be16(value: number): void {
    const at = this.#claim(2);
    this.#view.setUint16(at, value, false);
  }

  /** Network byte order. */
  be32(value: number): void {
    const at = this.#claim(4);
    this.#view.setUint32(at, value, false);
  }

  /** Network byte order. */
  be64(value: bigint): void {
    const at = this.#claim(8);
    this.#view.setBigUint64(at, value, false);
  }

  /** The bytes as they are. */
  raw(bytes: Uint8Array): void {
    const at = this.#claim(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** UTF-8 with a closing NUL. */
  text(value: string): void {
    // A UTF-16 unit takes three bytes of UTF-8 at most.
    const at = this.#claim(value.length * 3 + 1);
    const { written } = encoder.encodeInto(value, this.#bytes.subarray(at));
    this.#bytes[at + written] = 0;
    this.#length = at + written + 1;
  }

  /** `count` bytes of zero. */
  zeros(count: number): void {
    const at = this.#claim(count);
    this.#bytes.fill(0, at, at + count);
  }

  /** Pads with zeros to the next multiple of four. */
  align(): void {
    const rest = this.#length % 4;
    if (rest !== 0) this.zeros(4 - rest);
  }

  /** Overwrites what stands at `at`. Host byte order. */
  patchU16(at: number, value: number): void {
    this.#view.setUint16(at, value, LITTLE_ENDIAN);
  }

  /** Overwrites what stands at `at`. Host byte order. */
  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value, LITTLE_ENDIAN);
  }

  /** Makes room, which may replace buffer and view: call it before touching either. */
  #claim(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#length = needed;
    return at;
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

const encoder = new TextEncoder();
