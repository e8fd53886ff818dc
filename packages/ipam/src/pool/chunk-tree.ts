import { chunksPrefix } from '../keys.ts';
import { StoreCorruptError } from '../store/store-errors.ts';
import type { Transaction } from '../store/transaction.ts';
import { clearBit, firstClear, hasBit, isEmpty, isFull, listClear, setBit } from './bitmap.ts';

/** A chunk has 2^10 bits, 128 bytes: small enough to rewrite with every lease. */
const fanoutBits = 10n;
const fanout = 1 << Number(fanoutBits);

/**
 * A bitmap of up to 2^128 bits in a store, cut into chunks. A bit at level 0 says that an offset is taken;
 * a bit at the level above says that a whole chunk below is full, and so on up to a level of one chunk.
 * A chunk exists only while a bit in it is set.
 *
 * Whatever the size and the fill, setting or clearing a bit touches at most one chunk per level, and a
 * search reads at most two per level. There is one level for every 10 host bits.
 */
export class ChunkTree {
  readonly #tx: Transaction;
  readonly #prefix: string;
  readonly #hostBits: bigint;
  readonly #topLevel: number;

  constructor(tx: Transaction, poolId: string, hostBits: number) {
    this.#tx = tx;
    this.#prefix = chunksPrefix(poolId);
    this.#hostBits = BigInt(hostBits);
    this.#topLevel = Math.max(0, Math.ceil(hostBits / Number(fanoutBits)) - 1);
  }

  async has(offset: bigint): Promise<boolean> {
    return hasBit(await this.#chunk(0, offset >> fanoutBits), bitOf(offset));
  }

  /** Marks an offset that was clear. */
  set(offset: bigint): Promise<void> {
    return this.#mark(0, offset >> fanoutBits, [bitOf(offset)]);
  }

  /** Marks offsets that were clear, in rising order; each chunk is written once. */
  async setMany(offsets: readonly bigint[]): Promise<void> {
    let start = 0;
    while (start < offsets.length) {
      const index = (offsets[start] ?? 0n) >> fanoutBits;
      let end = start + 1;
      while (end < offsets.length && (offsets[end] ?? 0n) >> fanoutBits === index) end += 1;
      await this.#mark(0, index, offsets.slice(start, end).map(bitOf));
      start = end;
    }
  }

  /** Marks the first clear offsets from `from` to `to`, both included: `most` of them, or all there are. */
  async takeClear(from: bigint, to: bigint, most: number): Promise<readonly bigint[]> {
    const taken: bigint[] = [];
    let next = from;
    while (taken.length < most && next <= to) {
      const first = await this.findClear(next, to);
      if (first === undefined) break;
      const index = first >> fanoutBits;
      const base = index << fanoutBits;
      const end = to >> fanoutBits === index ? bitOf(to) : fanout - 1;
      const bits = listClear(await this.#chunk(0, index), bitOf(first), end, most - taken.length);
      await this.#mark(0, index, bits);
      for (const bit of bits) taken.push(base | BigInt(bit));
      next = base + BigInt(fanout);
    }
    return taken;
  }

  /** Clears an offset that was marked. */
  async clear(offset: bigint): Promise<void> {
    let index = offset;
    for (let level = 0; level <= this.#topLevel; level += 1) {
      const before = await this.#chunk(level, index >> fanoutBits);
      const chunk = Uint8Array.from(before);
      clearBit(chunk, bitOf(index));
      const key = this.#key(level, index >> fanoutBits);
      if (isEmpty(chunk)) this.#tx.delete(key);
      else this.#tx.put(key, chunk);
      if (!isFull(before, this.#bitsAt(level))) return;
      index >>= fanoutBits;
    }
  }

  /** The first clear offset from `from` to `to`, both included. */
  async findClear(from: bigint, to: bigint, level = 0): Promise<bigint | undefined> {
    const first = from >> fanoutBits;
    const last = to >> fanoutBits;
    const here = await this.#findInChunk(level, first, from, to);
    if (here !== undefined || first === last) return here;
    const chunk = await this.findClear(first + 1n, last, level + 1);
    // Only the last chunk can have its clear bits behind `to`: then nothing is left either.
    return chunk === undefined ? undefined : this.#findInChunk(level, chunk, chunk << fanoutBits, to);
  }

  async #mark(level: number, index: bigint, bits: readonly number[]): Promise<void> {
    const chunk = Uint8Array.from(await this.#chunk(level, index));
    for (const bit of bits) setBit(chunk, bit);
    this.#tx.put(this.#key(level, index), chunk);
    if (level === this.#topLevel || !isFull(chunk, this.#bitsAt(level))) return;
    await this.#mark(level + 1, index >> fanoutBits, [bitOf(index)]);
  }

  async #findInChunk(level: number, index: bigint, from: bigint, to: bigint): Promise<bigint | undefined> {
    const chunk = await this.#chunk(level, index);
    const end = to >> fanoutBits === index ? bitOf(to) : fanout - 1;
    const bit = firstClear(chunk, bitOf(from), end);
    return bit === undefined ? undefined : (index << fanoutBits) | BigInt(bit);
  }

  async #chunk(level: number, index: bigint): Promise<Uint8Array> {
    const bytes = Math.ceil(this.#bitsAt(level) / 8);
    const key = this.#key(level, index);
    const value = await this.#tx.get(key);
    if (value === undefined) return new Uint8Array(bytes);
    if (typeof value !== 'string' && value.length === bytes) return value;
    throw new StoreCorruptError(
      'read',
      key,
      'it is not a chunk of the size expected',
      'Restore the store from a copy.',
    );
  }

  #key(level: number, index: bigint): string {
    return `${this.#prefix}${level}/${index.toString(16)}`;
  }

  /** Every chunk is whole, except that the one at the top has a bit only for what exists. */
  #bitsAt(level: number): number {
    return level < this.#topLevel ? fanout : 1 << Number(this.#hostBits - fanoutBits * BigInt(level));
  }
}

function bitOf(index: bigint): number {
  return Number(BigInt.asUintN(Number(fanoutBits), index));
}
