import type { IpAddress } from '@tsnet/inet';
import { PoolExhaustedError } from '../errors.ts';
import { leaseKey, placeOfKey, reservedForPrefix, restPrefix, timedPlaceOfKey } from '../keys.ts';
import type { Span } from '../pool/pool.ts';
import type { PoolLedger } from '../pool/pool-ledger.ts';
import { StoreCorruptError } from '../store/store-errors.ts';
import { endRest } from './end-lease.ts';
import { decodeLease, isExpired } from './lease.ts';

/**
 * Takes addresses that the pool chooses and counts them as used: free ones in its order; and when there
 * are none, those that have rested longest.
 *
 * @throws PoolExhaustedError when there are not as many; nothing is taken then.
 */
export async function takeNext(ledger: PoolLedger, count: number): Promise<readonly IpAddress[]> {
  const { pool, available } = ledger;
  const { prefix, capacity } = pool;
  const wanted = BigInt(count);
  if (wanted > available) throw new PoolExhaustedError(pool.id, prefix, capacity, wanted, available);

  const free = available - ledger.state.resting;
  const fresh = wanted < free ? wanted : free;
  const offsets = fresh === 0n ? [] : await takeFree(ledger, Number(fresh));
  const addresses = offsets.map((offset) => prefix.at(offset));
  const rested = await takeRested(ledger, count - offsets.length);
  ledger.add({ used: wanted }, pool.order === 'round-robin' ? offsets.at(-1) : undefined);
  return [...addresses, ...rested];
}

/** The first address that is reserved for an owner and that nobody has leased by now, if there is one. */
export async function findIdleReservation(
  { tx, pool, state }: PoolLedger,
  owner: string,
  now: number,
): Promise<IpAddress | undefined> {
  // Most pools have no idle reservation, and are spared the look. One whose lease has ended is not counted yet.
  const mayHaveEnded = state.due !== undefined && state.due <= now;
  if (state.reserved + state.reservedOutside === 0n && !mayHaveEnded) return undefined;
  const entries = await tx.list(reservedForPrefix(owner, pool.id));
  const keys = entries.map(({ key }) => leaseKey(pool.id, placeOfKey(key).address));
  const values = await tx.getMany(keys);
  const idle = keys.find((key, index) => {
    const value = values[index];
    return value === undefined || isExpired(decodeLease(key, value), now);
  });
  return idle === undefined ? undefined : placeOfKey(idle).address;
}

async function takeFree(ledger: PoolLedger, count: number): Promise<readonly bigint[]> {
  const { pool, tree, state } = ledger;
  const start = pool.order === 'round-robin' ? (state.cursor ?? -1n) : -1n;
  const taken: bigint[] = [];
  for (const { from, to } of roundFrom(ledger.spans, start)) {
    taken.push(...(await tree.takeClear(from, to, count - taken.length)));
    if (taken.length === count) return taken;
  }
  throw disagreement(pool.id);
}

/** The spans in the order of a round that begins behind an offset. */
function roundFrom(spans: readonly Span[], cursor: bigint): readonly Span[] {
  const behind = spans
    .filter(({ to }) => to > cursor)
    .map(({ from, to }) => ({ from: from > cursor ? from : cursor + 1n, to }));
  // The span around the cursor comes a second time, for the part before it.
  const before = spans.filter(({ from }) => from <= cursor);
  return [...behind, ...before];
}

async function takeRested(ledger: PoolLedger, count: number): Promise<readonly IpAddress[]> {
  if (count === 0) return [];
  const { tx, pool } = ledger;
  const oldest = (await tx.list(restPrefix(pool.id), { limit: count })).map(({ key }) =>
    timedPlaceOfKey(key),
  );
  if (oldest.length < count) throw disagreement(pool.id);
  for (const { time, address } of oldest) endRest(ledger, address, time);
  return oldest.map(({ address }) => address);
}

function disagreement(poolId: string): StoreCorruptError {
  const hint = 'Restore the store from a copy.';
  return new StoreCorruptError('lease from pool', poolId, 'its counters and its bitmap disagree', hint);
}
