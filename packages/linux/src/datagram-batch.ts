import { endianness } from 'node:os';

/** What the kernel says of a datagram beside it: see cmsg(3). It shares memory with the batch. */
export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly data: Uint8Array;
}

/** One datagram of a {@link DatagramBatch}. It shares memory with the batch. */
export interface Datagram {
  readonly bytes: Uint8Array;
  readonly control: readonly ControlMessage[];
  /** Whether the datagram or its control messages were longer than there was room for. */
  readonly truncated: boolean;
}

/** How large the parts of a {@link DatagramBatch} are. */
export interface DatagramBatchOptions {
  /** How many datagrams at once. */
  readonly count: number;
  /** Bytes of the longest datagram. */
  readonly length: number;
}

const CONTROL_LENGTH = 64;
const MSG_CTRUNC = 0x8;
const MSG_TRUNC = 0x20;
const LITTLE_ENDIAN = endianness() === 'LE';

/**
 * Room for several datagrams with their control messages, which recvmmsg(2) fills in one call. The next call fills it
 * anew.
 */
export class DatagramBatch {
  readonly count: number;
  readonly #length: number;
  readonly #data: Uint8Array;
  readonly #control: Uint8Array;
  #vector: MessageVector | undefined;
  #filled = 0;

  constructor({ count, length }: DatagramBatchOptions) {
    this.count = count;
    this.#length = length;
    // A buffer of its own does not move: the kernel is given its address. Only what was filled is ever read.
    this.#data = new Uint8Array(Buffer.allocUnsafeSlow(count * length).buffer);
    this.#control = new Uint8Array(new ArrayBuffer(count * CONTROL_LENGTH));
  }

  /**
   * What recvmmsg(2) is called with: `struct mmsghdr`, one for each datagram, ready for the next call.
   *
   * @param addressOf - where bytes are in memory. @param word - bytes of a pointer.
   */
  prepare(addressOf: (bytes: Uint8Array) => bigint, word: number): Uint8Array {
    this.#vector ??= new MessageVector(
      this.count,
      word,
      (index) => ({
        data: addressOf(this.#data) + BigInt(index * this.#length),
        length: this.#length,
        control: addressOf(this.#control) + BigInt(index * CONTROL_LENGTH),
      }),
      addressOf,
    );
    this.#vector.reset(this.#filled);
    this.#filled = 0;
    return this.#vector.headers;
  }

  /** Says how many datagrams the call has put in. */
  fill(count: number): void {
    this.#filled = count;
  }

  /** A datagram of the last call, counted from 0. */
  datagram(index: number): Datagram {
    const filled = this.#vector?.read(index) ?? noMessage;
    const data = index * this.#length;
    const control = index * CONTROL_LENGTH;
    return {
      bytes: this.#data.subarray(data, data + filled.length),
      control: decodeControl(this.#control.subarray(control, control + filled.controlLength), filled.word),
      truncated: (filled.flags & (MSG_TRUNC | MSG_CTRUNC)) !== 0,
    };
  }
}

/** What the kernel has written of one datagram. */
interface Filled {
  readonly length: number;
  readonly controlLength: number;
  readonly flags: number;
  /** Bytes of a machine word. */
  readonly word: number;
}

const noMessage: Filled = { length: 0, controlLength: 0, flags: 0, word: 8 };

/** Decodes `struct cmsghdr` (sys/socket.h): length in a machine word, level, type; host byte order, aligned to a word. */
function decodeControl(bytes: Uint8Array, word: number): readonly ControlMessage[] {
  const messages: ControlMessage[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = word + 8;
  for (let offset = 0; offset + header <= bytes.length; ) {
    const length = view.getUint32(LITTLE_ENDIAN ? offset : offset + word - 4, LITTLE_ENDIAN);
    if (length < header || offset + length > bytes.length) break;
    messages.push({
      level: view.getInt32(offset + word, LITTLE_ENDIAN),
      type: view.getInt32(offset + word + 4, LITTLE_ENDIAN),
      data: bytes.subarray(offset + header, offset + length),
    });
    offset += Math.ceil(length / word) * word;
  }
  return messages;
}

/** Where the parts of one datagram go. */
interface Room {
  readonly data: bigint;
  readonly length: number;
  readonly control: bigint;
}

/**
 * `struct mmsghdr` (sys/socket.h) with their `struct iovec`. Every field takes a machine word: name, its length, vector,
 * its length, control, its length, flags, bytes received. Host byte order.
 */
class MessageVector {
  readonly headers: Uint8Array;
  readonly #vectors: Uint8Array;
  readonly #view: DataView;
  readonly #word: number;

  constructor(
    count: number,
    word: number,
    roomOf: (index: number) => Room,
    addressOf: (bytes: Uint8Array) => bigint,
  ) {
    this.headers = new Uint8Array(new ArrayBuffer(count * 8 * word));
    this.#vectors = new Uint8Array(new ArrayBuffer(count * 2 * word));
    this.#view = new DataView(this.headers.buffer);
    this.#word = word;
    const vectors = new DataView(this.#vectors.buffer);
    const base = addressOf(this.#vectors);
    for (let index = 0; index < count; index++) {
      const { data, length, control } = roomOf(index);
      this.#put(vectors, index * 2, data);
      this.#put(vectors, index * 2 + 1, BigInt(length));
      this.#put(this.#view, index * 8 + 2, base + BigInt(index * 2 * word));
      this.#put(this.#view, index * 8 + 3, 1n);
      this.#put(this.#view, index * 8 + 4, control);
      this.#resetControl(index);
    }
  }

  /** Of the first `count` datagrams: the kernel leaves there how much it has written, and is to read how much room there is. */
  reset(count: number): void {
    for (let index = 0; index < count; index++) this.#resetControl(index);
  }

  read(index: number): Filled {
    const at = (field: number) => (index * 8 + field) * this.#word;
    return {
      controlLength: this.#view.getUint32(this.#controlLengthAt(index), LITTLE_ENDIAN),
      flags: this.#view.getUint32(at(6), LITTLE_ENDIAN),
      length: this.#view.getUint32(at(7), LITTLE_ENDIAN),
      word: this.#word,
    };
  }

  #resetControl(index: number): void {
    this.#view.setUint32(this.#controlLengthAt(index), CONTROL_LENGTH, LITTLE_ENDIAN);
  }

  /** Where the lower half of the field is, or all of it. */
  #controlLengthAt(index: number): number {
    return (index * 8 + 5) * this.#word + (LITTLE_ENDIAN ? 0 : this.#word - 4);
  }

  #put(view: DataView, position: number, value: bigint): void {
    if (this.#word === 8) view.setBigUint64(position * 8, value, LITTLE_ENDIAN);
    else view.setUint32(position * 4, Number(value), LITTLE_ENDIAN);
  }
}
