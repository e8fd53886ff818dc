import { PoolExistsError, PoolInUseError, PoolNotFoundError, PoolOverlapError } from '../errors.ts';
import {
  carveKey,
  chunksPrefix,
  groupKey,
  leasesOfPoolPrefix,
  poolIdOfKey,
  poolKey,
  poolsPrefix,
  prefixKey,
  restingPrefix,
  restPrefix,
} from '../keys.ts';
import { decodeLease } from '../lease/lease.ts';
import { listReservations, unreserveAddress } from '../lease/reservations.ts';
import { settleDue, viewSettled } from '../lease/settle-due.ts';
import type { Transaction } from '../store/transaction.ts';
import { checkTime } from '../time.ts';
import { decodePool, encodePool, type Pool, type PoolSpec, type PoolUsage } from './pool.ts';
import { PoolLedger } from './pool-ledger.ts';
import { poolFromSpec } from './pool-spec.ts';
import { freshState, type PoolState, putState } from './pool-state.ts';
import type { Supernet } from './supernet.ts';

/**
 * Creates a pool. The cost does not depend on how many there are.
 *
 * @throws InvalidPoolError for a spec that makes no sense, PoolExistsError for an id that is in use,
 * PoolOverlapError for a prefix that meets that of another pool.
 */
export function createPool(tx: Transaction, spec: PoolSpec): Promise<Pool> {
  return tx.nested(async (tx) => {
    const pool = poolFromSpec(spec);
    const existing = await findPool(tx, pool.id);
    if (existing) throw new PoolExistsError(pool.id, existing.prefix);
    const other = await findOverlapping(tx, pool);
    if (other) throw new PoolOverlapError(pool.id, pool.prefix, other);

    putPool(tx, pool, freshState);
    return pool;
  });
}

/** Writes the records of a pool that was checked against all others. */
export function putPool(tx: Transaction, pool: Pool, state: PoolState): void {
  tx.put(poolKey(pool.id), encodePool(pool));
  tx.put(prefixKey(pool.prefix), pool.id);
  if (pool.group !== undefined) tx.put(groupKey(pool.group, pool.id), '');
  putState(tx, pool.id, state);
}

/**
 * Deletes a pool with all that is kept for it, its reservations too; `false` if there is none of that id.
 *
 * @param now milliseconds since 1970: leases that have ended by then are no hindrance.
 * @throws PoolInUseError while it has leases.
 */
export function deletePool(tx: Transaction, id: string, now?: number): Promise<boolean> {
  return tx.nested(async (tx) => {
    checkTime('delete pool', now);
    const pool = await findPool(tx, id);
    if (!pool) return false;
    const ledger = await PoolLedger.open(tx, id, 'delete pool');
    await settleDue(ledger, now, 'all');
    const count = ledger.state.used + ledger.state.outside;
    if (count > 0n) {
      const [entry] = await tx.list(leasesOfPoolPrefix(id), { limit: 1 });
      // Counters and leases change in one commit: a count without a lease is a stale read, which runs again.
      const lease = entry && decodeLease(entry.key, entry.value);
      throw new PoolInUseError(id, count, lease ?? { address: pool.prefix.first, owner: 'unknown' });
    }
    for (const { address } of await listReservations(tx, { poolId: id }))
      await unreserveAddress(tx, id, address);
    // The counters lie among the chunks of the bitmap, some of which mark addresses that rest.
    for (const prefix of [chunksPrefix(id), restPrefix(id), restingPrefix(id)]) {
      for (const { key } of await tx.list(prefix)) tx.delete(key);
    }
    tx.delete(poolKey(id));
    tx.delete(prefixKey(pool.prefix));
    if (pool.group !== undefined) tx.delete(groupKey(pool.group, id));
    if (pool.carvedFrom) await forgetCarving(tx, pool.carvedFrom);
    return true;
  });
}

/** The last pool in a supernet takes the memory with it of what was carved last. */
async function forgetCarving(tx: Transaction, { prefix, length }: Supernet): Promise<void> {
  const others = await tx.list(prefixKey(prefix), { limit: 1 });
  if (others.length === 0) tx.delete(carveKey(prefix, length));
}

/** The pool of that id, or `undefined`. */
export async function findPool(tx: Transaction, id: string): Promise<Pool | undefined> {
  const value = await tx.get(poolKey(id));
  return value === undefined ? undefined : decodePool(id, value);
}

/**
 * The pool of that id.
 *
 * @throws PoolNotFoundError
 */
export async function getPool(tx: Transaction, id: string): Promise<Pool> {
  const pool = await findPool(tx, id);
  if (!pool) throw new PoolNotFoundError('get pool', id);
  return pool;
}

/** All pools, in the order of their encoded ids. */
export async function listPools(tx: Transaction): Promise<readonly Pool[]> {
  const entries = await tx.list(poolsPrefix);
  return entries.map(({ key, value }) => decodePool(poolIdOfKey(key), value));
}

/**
 * How much of a pool is held.
 *
 * @param now milliseconds since 1970: what has come to its end by then does not count, at the cost of looking at
 * it. Default: it counts until a lease or a release comes across it.
 * @throws PoolNotFoundError; InvalidLeaseError for a time that is none.
 */
export function poolUsage(tx: Transaction, id: string, now?: number): Promise<PoolUsage> {
  return viewSettled(tx, { poolId: id, operation: 'get usage of pool', now }, ({ pool, state }) => {
    const { capacity } = pool;
    const { used, reserved, resting, outside } = state;
    return { capacity, used, reserved, resting, free: capacity - used - reserved - resting, outside };
  });
}

/** Two prefixes that overlap contain one another: look for those around this one, then for one inside it. */
async function findOverlapping(tx: Transaction, { prefix }: Pool): Promise<Pool | undefined> {
  const around = Array.from({ length: prefix.length + 1 }, (_, length) => prefixKey(prefix, length));
  const [inside] = await tx.list(prefixKey(prefix), { limit: 1 });
  const holders = [...(await tx.getMany(around)), inside?.value];
  const id = holders.find((value) => value !== undefined);
  return id === undefined ? undefined : getPool(tx, String(id));
}
