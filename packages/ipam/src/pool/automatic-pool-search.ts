import { IpAddress, IpPrefix } from '@tsnet/inet';
import { prefixKey } from '../keys.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Supernet } from './supernet.ts';

/** The addresses of a prefix that somebody holds. */
export interface HeldBlock {
  /** The prefix as {@link prefixKey} writes it: thousands are passed, and few of them ever named. */
  readonly key: string;
  readonly first: bigint;
  readonly last: bigint;
  /** The pool that has it; `undefined` for a prefix in use elsewhere. */
  readonly poolId: string | undefined;
}

/** How many pools are read at once at the most. The first read is of one: it suffices where pieces go in turn. */
const LARGEST_PAGE = 4096;

/**
 * One walk over a supernet for a piece that meets neither a pool nor a prefix in use. Pools never overlap, so
 * the keys of their prefixes sort as their addresses do: the walk reads those ahead of it, in pages that
 * grow, and jumps over each to the next boundary between pieces.
 */
export class FreePieceSearch {
  readonly #tx: Transaction;
  readonly #supernet: Supernet;
  /** What has been read ahead, the nearest last. */
  readonly #pools: HeldBlock[] = [];
  readonly #inUse: HeldBlock[];
  readonly #passed: HeldBlock[];
  #after: string | undefined;
  #page = 1;
  #isAllRead = false;

  /** @param passed where to add what stands in the way. */
  constructor(tx: Transaction, supernet: Supernet, inUse: readonly IpPrefix[], passed: HeldBlock[]) {
    this.#passed = passed;
    this.#tx = tx;
    this.#supernet = supernet;
    this.#inUse = inUse
      .filter((prefix) => supernet.prefix.overlaps(prefix))
      .sort((a, b) => b.compare(a))
      .map((prefix) => blockOf(prefix.address.bits, prefixKey(prefix)));
  }

  /** The first free piece that begins from `from`, a boundary between pieces, to `to`. */
  async run(from: bigint, to: bigint): Promise<IpPrefix | undefined> {
    const { prefix, length } = this.#supernet;
    const { family, bits } = prefix.address;
    const size = 1n << BigInt(bits - length);
    if (from <= to) await this.#begin(IpPrefix.of(IpAddress.of(family, from), length));
    let candidate = from;
    while (candidate <= to) {
      const end = candidate + size - 1n;
      // Pools first: the route to a pool's network is in use as well, and the pool's name says more.
      const ahead = [await this.#nextPool(candidate), nextIn(this.#inUse, candidate)];
      const block = ahead.find((one) => one !== undefined && one.first <= end);
      if (block === undefined) return IpPrefix.of(IpAddress.of(family, candidate), length);
      this.#passed.push(block);
      candidate = (block.last / size + 1n) * size;
    }
    return undefined;
  }

  /** Only at its start can the walk be in the midst of a pool: from there on they come in order. */
  async #begin(piece: IpPrefix): Promise<void> {
    const { address, length } = piece;
    const { family, bits, value } = address;
    const around = Array.from({ length }, (_, shorter) => prefixKey(piece, shorter));
    const ids = await this.#tx.getMany(around);
    for (const [index, id] of ids.entries()) {
      if (id !== undefined) this.#pools.push(blockOf(bits, around[index] ?? '', String(id)));
    }
    // The key of the address before sorts behind all pools that begin there or earlier.
    if (value > 0n) this.#after = prefixKey(IpPrefix.of(IpAddress.of(family, value - 1n), bits));
  }

  async #nextPool(candidate: bigint): Promise<HeldBlock | undefined> {
    for (;;) {
      const pool = nextIn(this.#pools, candidate);
      if (pool || this.#isAllRead) return pool;
      await this.#readOn();
    }
  }

  async #readOn(): Promise<void> {
    const { prefix } = this.#supernet;
    const limit = this.#page;
    const entries = await this.#tx.list(prefixKey(prefix), { after: this.#after, limit });
    const blocks = entries.map(({ key, value }) => blockOf(prefix.address.bits, key, String(value)));
    this.#pools.push(...blocks.reverse());
    this.#after = entries.at(-1)?.key;
    this.#isAllRead = entries.length < limit;
    this.#page = Math.min(limit * 8, LARGEST_PAGE);
  }
}

/** The prefix of a held block. */
export function prefixOfBlock({ key, first }: HeldBlock): IpPrefix {
  const [, , family] = key.split('/');
  return IpPrefix.of(IpAddress.of(family === 'ipv4' ? 'ipv4' : 'ipv6', first), digitsOf(key).length);
}

/** The first block that does not end before an address; blocks lie last to first, and those passed are dropped. */
function nextIn(blocks: HeldBlock[], address: bigint): HeldBlock | undefined {
  while ((blocks.at(-1)?.last ?? address) < address) blocks.pop();
  return blocks.at(-1);
}

function blockOf(bits: number, key: string, poolId?: string): HeldBlock {
  const digits = digitsOf(key);
  const hostBits = BigInt(bits - digits.length);
  const first = BigInt(`0b0${digits}`) << hostBits;
  return { key, first, last: first + (1n << hostBits) - 1n, poolId };
}

/** The binary digits at the end of a key of {@link prefixKey}; none for the whole of a family. */
function digitsOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
