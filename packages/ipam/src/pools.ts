import { PoolExistsError, PoolInUseError, PoolNotFoundError, PoolOverlapError } from './errors.ts';
import { leasesOfPoolPrefix, poolIdOfKey, poolKey, poolsPrefix, prefixKey, stateKey } from './keys.ts';
import { decodeLease } from './lease.ts';
import { decodePool, encodePool, type Pool, type PoolSpec, type PoolUsage } from './pool.ts';
import { poolFromSpec } from './pool-spec.ts';
import { decodeState, freshState, type PoolState, putState } from './pool-state.ts';
import type { Transaction } from './transaction.ts';

/**
 * Creates a pool. The cost does not depend on how many there are.
 *
 * @throws InvalidPoolError for a spec that makes no sense, PoolExistsError for an id that is in use,
 * PoolOverlapError for a prefix that meets that of another pool.
 */
export async function createPool(tx: Transaction, spec: PoolSpec): Promise<Pool> {
  const pool = poolFromSpec(spec);
  const existing = await findPool(tx, pool.id);
  if (existing) throw new PoolExistsError(pool.id, existing.prefix);
  const other = await findOverlapping(tx, pool);
  if (other) throw new PoolOverlapError(pool.id, pool.prefix, other);

  tx.put(poolKey(pool.id), encodePool(pool));
  tx.put(prefixKey(pool.prefix), pool.id);
  putState(tx, pool.id, freshState);
  return pool;
}

/**
 * Deletes a pool with all that is kept for it; `false` if there is none of that id.
 *
 * @throws PoolInUseError while it has leases.
 */
export async function deletePool(tx: Transaction, id: string): Promise<boolean> {
  const found = await findPoolAndState(tx, id);
  if (!found) return false;
  const { pool, state } = found;
  const count = state.used + state.outside;
  if (count > 0n) {
    const [entry] = await tx.list(leasesOfPoolPrefix(id), { limit: 1 });
    // Counters and leases change in one commit: a count without a lease is a stale read, which runs again.
    const lease = entry && decodeLease(entry.key, entry.value);
    throw new PoolInUseError(id, count, lease ?? { address: pool.prefix.first, owner: 'unknown' });
  }
  // The last release in a chunk of the bitmap deletes the chunk, so that none is left here.
  tx.delete(poolKey(id));
  tx.delete(prefixKey(pool.prefix));
  tx.delete(stateKey(id));
  return true;
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
 * @throws PoolNotFoundError
 */
export async function poolUsage(tx: Transaction, id: string): Promise<PoolUsage> {
  const { pool, state } = await getPoolAndState(tx, id, 'get usage of pool');
  return { capacity: pool.capacity, used: state.used, outside: state.outside };
}

/**
 * A pool with its counters, in one call to the store.
 *
 * @throws PoolNotFoundError
 */
export async function getPoolAndState(
  tx: Transaction,
  id: string,
  operation: string,
): Promise<{ readonly pool: Pool; readonly state: PoolState }> {
  const found = await findPoolAndState(tx, id);
  if (!found) throw new PoolNotFoundError(operation, id);
  return found;
}

async function findPoolAndState(
  tx: Transaction,
  id: string,
): Promise<{ readonly pool: Pool; readonly state: PoolState } | undefined> {
  const [pool, state] = await tx.getMany([poolKey(id), stateKey(id)]);
  return pool === undefined ? undefined : { pool: decodePool(id, pool), state: decodeState(id, state) };
}

/** Two prefixes that overlap contain one another: look for those around this one, then for one inside it. */
async function findOverlapping(tx: Transaction, { prefix }: Pool): Promise<Pool | undefined> {
  const around = Array.from({ length: prefix.length + 1 }, (_, length) => prefixKey(prefix, length));
  const [inside] = await tx.list(prefixKey(prefix), { limit: 1 });
  const holders = [...(await tx.getMany(around)), inside?.value];
  const id = holders.find((value) => value !== undefined);
  return id === undefined ? undefined : getPool(tx, String(id));
}
