import { type IpAddress, IpRange } from '@tsnet/inet';
import { InvalidLeaseError } from '../errors.ts';
import {
  encodeAddress,
  leasesOfPoolPrefix,
  placeOfKey,
  reservationsOfPoolPrefix,
  restingPrefix,
} from '../keys.ts';
import { viewSettled } from '../lease/settle-due.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Pool } from './pool.ts';
import type { PoolLedger } from './pool-ledger.ts';

/** Which part of a pool's free ranges to read. */
export interface FreeRangesPage {
  /** Only what lies behind this address of the prefix, such as the last one of the page before. */
  readonly after?: IpAddress | undefined;
  /** At most this many ranges, an integer above 0. Default 1,000. */
  readonly limit?: number | undefined;
  /**
   * Milliseconds since 1970: what has come to its end by then is free, at the cost of looking at it. Default: it is
   * not until the pool has dealt with it.
   */
  readonly now?: number | undefined;
}

/**
 * The addresses that a lease without a name can get before any that rests, as ranges in address order: in
 * the pool's range, not excluded, not the gateway, neither leased nor reserved nor resting. Each range is as
 * long as can be; when they are fewer than the limit, there are no more behind them.
 *
 * The cost is that of the answer, whatever the size of the pool: runs of taken addresses are jumped over.
 *
 * @throws PoolNotFoundError; AddressOutsidePoolError for `after`.
 */
export async function freeRanges(
  tx: Transaction,
  poolId: string,
  page: FreeRangesPage = {},
): Promise<readonly IpRange[]> {
  const { after, limit = 1000, now } = page;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    const hint = 'Choose an integer above 0.';
    throw new InvalidLeaseError('list free ranges', poolId, `${limit} is no number of ranges`, hint);
  }
  const operation = 'list free ranges of pool';
  return viewSettled(tx, { poolId, operation, now }, (ledger) => {
    const start = after === undefined ? 0n : ledger.offsetOf('list free ranges behind', after) + 1n;
    return rangesFrom(ledger, start, limit);
  });
}

async function rangesFrom(
  { tx, pool, tree, spans }: PoolLedger,
  start: bigint,
  limit: number,
): Promise<readonly IpRange[]> {
  const taken = [leasesOfPoolPrefix, reservationsOfPoolPrefix, restingPrefix].map(
    (prefixOf) => new TakenOffsets(tx, pool, prefixOf(pool.id)),
  );
  const ranges: IpRange[] = [];
  for (const { from, to } of spans) {
    let next = from > start ? from : start;
    while (next <= to && ranges.length < limit) {
      const first = await tree.findClear(next, to);
      if (first === undefined) break;
      let last = to;
      for (const kind of taken) {
        const end = await kind.firstFrom(first);
        if (end !== undefined && end <= last) last = end - 1n;
      }
      ranges.push(IpRange.of(pool.prefix.at(first), pool.prefix.at(last)));
      next = last + 1n;
    }
  }
  return ranges;
}

/** How many taken addresses are read at once. */
const PAGE = 256;

/**
 * The taken addresses of a pool in order, of one kind. The bitmap knows where nothing is free and jumps over
 * it; where nothing is taken the sorted records of what is taken do the same.
 */
class TakenOffsets {
  readonly #tx: Transaction;
  readonly #pool: Pool;
  readonly #prefix: string;
  /** What has been read ahead, the nearest last. */
  #ahead: bigint[] = [];
  #isAllRead = false;

  /** @param prefix of keys that end in an address of the pool. */
  constructor(tx: Transaction, pool: Pool, prefix: string) {
    this.#tx = tx;
    this.#pool = pool;
    this.#prefix = prefix;
  }

  /** The first one not below `offset`, which never goes back from call to call. */
  async firstFrom(offset: bigint): Promise<bigint | undefined> {
    for (;;) {
      while ((this.#ahead.at(-1) ?? offset) < offset) this.#ahead.pop();
      const first = this.#ahead.at(-1);
      if (first !== undefined || this.#isAllRead) return first;
      await this.#readFrom(offset);
    }
  }

  async #readFrom(offset: bigint): Promise<void> {
    const { prefix } = this.#pool;
    const after = offset === 0n ? undefined : `${this.#prefix}${encodeAddress(prefix.at(offset - 1n))}`;
    const entries = await this.#tx.list(this.#prefix, { after, limit: PAGE });
    this.#ahead = entries.map(({ key }) => prefix.offsetOf(placeOfKey(key).address)).reverse();
    this.#isAllRead = entries.length < PAGE;
  }
}
