import type { IpAddress } from '@tsnet/inet';
import { leaseKey, leasesOfPoolPrefix, leasesPrefix, ownerPrefix, placeOfKey } from './keys.ts';
import { decodeLease, type Lease } from './lease.ts';
import type { Transaction } from './transaction.ts';

/** Which leases to list; all of them when empty. */
export interface LeaseFilter {
  readonly poolId?: string | undefined;
  readonly owner?: string | undefined;
}

/** The lease on an address, or `undefined`. */
export async function findLease(
  tx: Transaction,
  poolId: string,
  address: IpAddress,
): Promise<Lease | undefined> {
  const key = leaseKey(poolId, address);
  const value = await tx.get(key);
  return value === undefined ? undefined : decodeLease(key, value);
}

/** Leases by pool, by owner, or both, ordered by pool and address. The cost is that of the answer. */
export async function listLeases(tx: Transaction, filter: LeaseFilter = {}): Promise<readonly Lease[]> {
  const { poolId, owner } = filter;
  if (owner !== undefined) {
    const places = (await tx.list(ownerPrefix(owner, poolId))).map(({ key }) => placeOfKey(key));
    const keys = places.map((place) => leaseKey(place.poolId, place.address));
    const values = await tx.getMany(keys);
    return keys.map((key, index) => decodeLease(key, values[index] ?? ''));
  }
  const entries = await tx.list(poolId === undefined ? leasesPrefix : leasesOfPoolPrefix(poolId));
  return entries.map(({ key, value }) => decodeLease(key, value));
}
