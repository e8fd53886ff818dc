import type { IpAddress } from '@tsnet/inet';
import { LeaseHeldByOtherError, LeaseNotFoundError } from '../errors.ts';
import { expiryPrefix, leaseKey, timedKey } from '../keys.ts';
import { PoolLedger } from '../pool/pool-ledger.ts';
import type { Transaction } from '../store/transaction.ts';
import { later } from '../time.ts';
import { decodeLease, encodeLease, isExpired, type Lease } from './lease.ts';
import { checkTerms } from './lease-request.ts';

/** Who renews a lease, and for how long. */
export interface RenewRequest {
  readonly owner: string;
  /** Milliseconds from `now` until the lease ends. Default: it lasts until it is released. */
  readonly ttl?: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Gives a lease a new end, counted from now.
 *
 * @throws LeaseNotFoundError when it has ended or was released, LeaseHeldByOtherError, PoolNotFoundError,
 * AddressOutsidePoolError; InvalidPoolError and InvalidLeaseError for a request that makes no sense.
 */
export function renewLease(
  tx: Transaction,
  poolId: string,
  address: IpAddress,
  request: RenewRequest,
): Promise<Lease> {
  return tx.nested(async (tx) => {
    const { owner, ttl, now } = request;
    checkTerms('renew', request);
    const key = leaseKey(poolId, address);
    const ledger = await PoolLedger.open(tx, poolId, 'renew lease of pool', [key]);
    ledger.offsetOf('renew', address);
    const value = await tx.get(key);
    const lease = value === undefined ? undefined : decodeLease(key, value);
    if (!lease || isExpired(lease, now)) throw new LeaseNotFoundError('renew', address, poolId);
    if (lease.owner !== owner) throw new LeaseHeldByOtherError(address, poolId, owner, lease.owner, 'renew');

    const ends = expiryPrefix(poolId);
    if (lease.expiresAt !== undefined) tx.delete(timedKey(ends, lease.expiresAt, address));
    const renewed = { ...lease, expiresAt: ttl === undefined ? undefined : later(now, ttl) };
    tx.put(key, encodeLease(renewed));
    if (renewed.expiresAt !== undefined) {
      tx.put(timedKey(ends, renewed.expiresAt, address), '');
      ledger.dueAt(renewed.expiresAt);
    }
    return renewed;
  });
}
