import type { IpAddress } from '@tsnet/inet';
import { leaseKey, leasesOfPoolPrefix, leasesPrefix, ownerKey, ownerPrefix, placeOfKey } from '../keys.ts';
import type { Store } from '../store/store.ts';
import { type TransactOptions, transact } from '../store/transact.ts';
import type { Transaction } from '../store/transaction.ts';
import { checkTime } from '../time.ts';
import { decodeLease, isExpired, type Lease } from './lease.ts';

/** Which leases to list; all of them when empty. */
export interface LeaseFilter {
  readonly poolId?: string | undefined;
  readonly owner?: string | undefined;
  /** Milliseconds since 1970: leases that have ended by then are left out. Default: none is. */
  readonly now?: number | undefined;
}

/** Which part of a list of leases to read. */
export interface LeasePage {
  /** Only leases behind this place; a lease that was read will do, whether it is still there or not. */
  readonly after?: Pick<Lease, 'poolId' | 'address'> | undefined;
  /** At most this many, an integer above 0. Default: all. */
  readonly limit?: number | undefined;
}

/** How {@link iterateLeases} reads. */
export interface IterateOptions extends Omit<TransactOptions, 'readOnly'> {
  /** How many leases are read at once, an integer above 0. Default 1,000. */
  readonly pageSize?: number | undefined;
}

/**
 * The lease on an address, or `undefined`.
 *
 * @param now milliseconds since 1970: one that has ended by then is none. Default: it is one until its pool has dealt
 * with it.
 */
export async function findLease(
  tx: Transaction,
  poolId: string,
  address: IpAddress,
  now?: number,
): Promise<Lease | undefined> {
  checkTime('find lease', now);
  const key = leaseKey(poolId, address);
  const value = await tx.get(key);
  const lease = value === undefined ? undefined : decodeLease(key, value);
  return lease && isExpired(lease, now) ? undefined : lease;
}

/**
 * Leases by pool, by owner, or both, ordered by encoded pool id and by address. The cost is that of the answer, and
 * of the leases that have ended among it.
 */
export async function listLeases(
  tx: Transaction,
  filter: LeaseFilter = {},
  page: LeasePage = {},
): Promise<readonly Lease[]> {
  const { now } = filter;
  checkTime('list leases', now);
  const { limit } = page;
  const standing: Lease[] = [];
  for (let after = page.after; ; ) {
    const wanted = limit === undefined ? undefined : limit - standing.length;
    const found = await readLeases(tx, filter, { after, limit: wanted });
    for (const lease of found) if (!isExpired(lease, now)) standing.push(lease);
    // What has ended leaves room for more in the page.
    if (wanted === undefined || found.length < wanted || standing.length === limit) return standing;
    after = found.at(-1);
  }
}

async function readLeases(
  tx: Transaction,
  { poolId, owner }: LeaseFilter,
  { after, limit }: LeasePage,
): Promise<readonly Lease[]> {
  if (owner !== undefined) {
    const behind = after && ownerKey(owner, after.poolId, after.address);
    const entries = await tx.list(ownerPrefix(owner, poolId), { after: behind, limit });
    const places = entries.map(({ key }) => placeOfKey(key));
    const keys = places.map((place) => leaseKey(place.poolId, place.address));
    const values = await tx.getMany(keys);
    return keys.map((key, index) => decodeLease(key, values[index] ?? ''));
  }
  const behind = after && leaseKey(after.poolId, after.address);
  const prefix = poolId === undefined ? leasesPrefix : leasesOfPoolPrefix(poolId);
  const entries = await tx.list(prefix, { after: behind, limit });
  return entries.map(({ key, value }) => decodeLease(key, value));
}

/**
 * The leases of {@link listLeases} one by one, in the same order, with no more than a page of them in memory.
 * Each page is a transaction of its own. A lease that lasts throughout comes exactly once; one made or
 * released meanwhile comes as the page that covers its place found it, if at all.
 *
 * @throws what {@link transact} does.
 */
export async function* iterateLeases(
  store: Store,
  filter: LeaseFilter = {},
  options: IterateOptions = {},
): AsyncGenerator<Lease, void, undefined> {
  const { pageSize = 1000, ...how } = options;
  let after: Lease | undefined;
  for (;;) {
    const page = { after, limit: pageSize };
    const leases = await transact(store, (tx) => listLeases(tx, filter, page), { ...how, readOnly: true });
    yield* leases;
    after = leases.at(-1);
    if (leases.length < pageSize) return;
  }
}
