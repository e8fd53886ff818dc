import { PoolExistsError, PoolOverlapError } from '../errors.ts';
import {
  encodeAddress,
  expiryPrefix,
  leasesOfPoolPrefix,
  ownerPrefix,
  requestPrefix,
  reservationKey,
  reservedForPrefix,
  restingKey,
  restPrefix,
  timedKey,
} from '../keys.ts';
import { encodeLease } from '../lease/lease.ts';
import { encodeReservation } from '../lease/reservation.ts';
import { ChunkTree } from '../pool/chunk-tree.ts';
import type { Pool } from '../pool/pool.ts';
import { listPools, putPool } from '../pool/pools.ts';
import type { Transaction } from '../store/transaction.ts';
import { InvalidDocumentError } from './document-errors.ts';
import { type ImportPlan, planImport } from './import-plan.ts';
import type { IpamDocument, LeaseDocument, ReservationDocument } from './ipam-document.ts';

/** Settings of {@link importPools}. */
export interface ImportOptions {
  /** Milliseconds since 1970: the time of records that name none. */
  readonly now: number;
}

/**
 * Creates the pools of a document with all that is held in them, or nothing: every pool and every address
 * is checked before the first write. Leases that have ended come over too, and end as they would have.
 *
 * @returns the pools, in the order of the document.
 * @throws InvalidDocumentError for what makes no sense in itself: an address outside its prefix, never
 * leased, or twice; pools of the same id or that overlap. PoolExistsError and PoolOverlapError for a pool
 * that clashes with one in the store.
 */
export function importPools(
  tx: Transaction,
  document: IpamDocument,
  { now }: ImportOptions,
): Promise<readonly Pool[]> {
  return tx.nested(async (tx) => {
    const plans = document.pools.map((pool, index) => planImport(pool, `pools[${index}]`));
    checkApart(
      plans.map(({ pool }) => pool),
      await listPools(tx),
    );
    for (const plan of plans) await put(tx, plan, now);
    return plans.map(({ pool }) => pool);
  });
}

/**
 * Refuses equal ids and prefixes that overlap. Of overlapping prefixes one contains the other, so in the
 * order of their addresses, the larger one first, at least one such pair stands side by side.
 */
function checkApart(pools: readonly Pool[], existing: readonly Pool[]): void {
  const places = new Map(pools.map((pool, index) => [pool, `pools[${index}]`]));
  const byId = new Map(existing.map((pool) => [pool.id, pool]));
  for (const [pool, path] of places) {
    const other = byId.get(pool.id);
    const place = other && places.get(other);
    if (place !== undefined) throw clash(`${path}.id`, `${place} has the id ${pool.id} too`);
    if (other) throw new PoolExistsError(pool.id, other.prefix);
    byId.set(pool.id, pool);
  }
  const sorted = [...byId.values()].sort((a, b) => a.prefix.compare(b.prefix));
  for (const [index, pool] of sorted.entries()) {
    const before = sorted[index - 1];
    if (!before?.prefix.overlaps(pool.prefix)) continue;
    const [path, otherPath] = [places.get(pool), places.get(before)];
    if (path === undefined) throw new PoolOverlapError(before.id, before.prefix, pool);
    if (otherPath === undefined) throw new PoolOverlapError(pool.id, pool.prefix, before);
    throw clash(`${path}.prefix`, `${pool.prefix} overlaps ${otherPath} with ${before.prefix}`);
  }
}

function clash(path: string, reason: string): InvalidDocumentError {
  return new InvalidDocumentError(path, reason, 'Leave one of the two out.');
}

async function put(tx: Transaction, plan: ImportPlan, now: number): Promise<void> {
  const { pool, state, offsets, leases, reservations, resting } = plan;
  const { id, prefix } = pool;
  putPool(tx, pool, state);
  await new ChunkTree(tx, id, prefix.address.bits - prefix.length).setMany(offsets);
  for (const reservation of reservations) putReservation(tx, id, reservation, now);
  for (const { address, until } of resting) {
    tx.put(restingKey(id, address), `${until}`);
    tx.put(timedKey(restPrefix(id), until, address), '');
  }
  putLeases(tx, id, leases, now);
}

function putReservation(
  tx: Transaction,
  poolId: string,
  reservation: ReservationDocument,
  now: number,
): void {
  const { address, owner, reservedAt = now, labels = {} } = reservation;
  tx.put(reservationKey(poolId, address), encodeReservation({ poolId, address, owner, reservedAt, labels }));
  if (owner !== undefined) tx.put(`${reservedForPrefix(owner, poolId)}${encodeAddress(address)}`, '');
}

function putLeases(tx: Transaction, poolId: string, leases: readonly LeaseDocument[], now: number): void {
  const ofPool = leasesOfPoolPrefix(poolId);
  const ends = expiryPrefix(poolId);
  for (const { address, owner, leasedAt = now, expiresAt, key, labels = {} } of leases) {
    const digits = encodeAddress(address);
    tx.put(`${ofPool}${digits}`, encodeLease({ owner, leasedAt, expiresAt, key, labels }));
    tx.put(`${ownerPrefix(owner, poolId)}${digits}`, '');
    if (key !== undefined) tx.put(`${requestPrefix(owner, key, poolId)}${digits}`, '');
    if (expiresAt !== undefined) tx.put(timedKey(ends, expiresAt, address), '');
  }
}
