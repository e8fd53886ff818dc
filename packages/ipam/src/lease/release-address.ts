import type { IpAddress } from '@tsnet/inet';
import { InvalidLeaseError, LeaseHeldByOtherError } from '../errors.ts';
import { leaseKey, leasesOfPoolPrefix, reservationKey } from '../keys.ts';
import { PoolLedger } from '../pool/pool-ledger.ts';
import type { Transaction } from '../store/transaction.ts';
import { checkTime } from '../time.ts';
import { endLease } from './end-lease.ts';
import { decodeLease, isExpired, type Lease } from './lease.ts';
import { listLeases } from './leases.ts';
import { settleDue } from './settle-due.ts';

/**
 * Releases the lease that `owner` holds on an address; `false` if nobody holds one. A late release by an
 * earlier owner never frees the address of the present one.
 *
 * @param now milliseconds since 1970. Without it the address does not rest, whatever the pool's reuse delay,
 * and leases that have ended count as held.
 * @throws LeaseHeldByOtherError when somebody else does; PoolNotFoundError; AddressOutsidePoolError.
 */
export function releaseAddress(
  tx: Transaction,
  poolId: string,
  address: IpAddress,
  owner: string,
  now?: number,
): Promise<boolean> {
  return tx.nested(async (tx) => {
    checkTime('release', now);
    const key = leaseKey(poolId, address);
    const needed = [key, reservationKey(poolId, address)];
    const ledger = await PoolLedger.open(tx, poolId, 'release to pool', needed);
    ledger.offsetOf('release', address);
    await settleDue(ledger, now);
    const value = await tx.get(key);
    if (value === undefined) return false;
    const lease = decodeLease(key, value);
    if (isExpired(lease, now)) {
      await endLease(ledger, lease, lease.expiresAt);
      return false;
    }
    if (lease.owner !== owner) throw new LeaseHeldByOtherError(address, poolId, owner, lease.owner);
    await endLease(ledger, lease, now);
    return true;
  });
}

/** Which leases {@link releaseOwner} ends, and when. */
export interface ReleaseOptions {
  /** Only those from this pool. */
  readonly poolId?: string | undefined;
  /** Milliseconds since 1970; see {@link releaseAddress}. */
  readonly now?: number | undefined;
}

/**
 * Releases all that an owner holds, from one pool or all, and returns it. The cost is that of the answer.
 *
 * @throws PoolNotFoundError for a pool that there is not.
 */
export function releaseOwner(
  tx: Transaction,
  owner: string,
  { poolId, now }: ReleaseOptions = {},
): Promise<readonly Lease[]> {
  return tx.nested(async (tx) => {
    checkTime('release', now);
    if (poolId !== undefined) await PoolLedger.open(tx, poolId, 'release to pool');
    const leases = await listLeases(tx, { owner, poolId });
    await endAll(tx, leases, now);
    return leases.filter((lease) => !isExpired(lease, now));
  });
}

/**
 * Releases all leases of a pool, whoever holds them, and returns how many. All are in memory meanwhile.
 *
 * @throws PoolNotFoundError
 */
export function releasePool(tx: Transaction, poolId: string, now?: number): Promise<number> {
  return tx.nested(async (tx) => {
    checkTime('release', now);
    await PoolLedger.open(tx, poolId, 'release to pool');
    const entries = await tx.list(leasesOfPoolPrefix(poolId));
    const leases = entries.map(({ key, value }) => decodeLease(key, value));
    await endAll(tx, leases, now);
    return leases.filter((lease) => !isExpired(lease, now)).length;
  });
}

/** How many leases to end at most, and what time it is. */
export interface ReclaimOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Default 1,000. */
  readonly limit?: number | undefined;
}

/**
 * Ends leases of a pool whose time has come, the oldest first, and returns how many. Nothing depends on its
 * being called: each lease and release ends a few on its way, and an ended lease never keeps an address
 * from somebody who needs it.
 *
 * @throws PoolNotFoundError; InvalidLeaseError for a time or a limit that is none.
 */
export function reclaimExpired(
  tx: Transaction,
  poolId: string,
  { now, limit = 1000 }: ReclaimOptions,
): Promise<number> {
  return tx.nested(async (tx) => {
    const operation = 'reclaim leases of pool';
    checkTime(operation, now);
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new InvalidLeaseError(
        operation,
        poolId,
        `${limit} is no number of leases`,
        'Choose an integer above 0.',
      );
    }
    return settleDue(await PoolLedger.open(tx, poolId, operation), now, limit);
  });
}

async function endAll(tx: Transaction, leases: readonly Lease[], now: number | undefined): Promise<void> {
  const byPool = Map.groupBy(leases, (lease) => lease.poolId);
  for (const [poolId, ofPool] of byPool) {
    const reservations = ofPool.map(({ address }) => reservationKey(poolId, address));
    const ledger = await PoolLedger.open(tx, poolId, 'release to pool', reservations);
    for (const lease of ofPool) await endLease(ledger, lease, isExpired(lease, now) ? lease.expiresAt : now);
  }
}
