import type { IpAddress } from '@tsnet/inet';
import { InvalidLeaseError, LeaseKeyConflictError } from '../errors.ts';
import { leaseKey, placeOfKey, requestPrefix } from '../keys.ts';
import { PoolLedger } from '../pool/pool-ledger.ts';
import type { Transaction } from '../store/transaction.ts';
import { endLease } from './end-lease.ts';
import { decodeLease, isExpired, type Lease } from './lease.ts';
import { checkTerms, type LeaseRequest, type LeaseTerms } from './lease-request.ts';
import { mostLeasesAtOnce } from './most-leases.ts';
import { lookUpNamed, takeNamed } from './named-address.ts';
import { putLeases } from './put-leases.ts';
import { settleDue } from './settle-due.ts';
import { findIdleReservation, takeNext } from './take-next.ts';

/**
 * Leases an address. Without a name it is one that is reserved for the owner and not leased, or else the
 * next in the pool's order.
 *
 * @throws PoolNotFoundError, PoolExhaustedError; for an address that was asked for, AddressOutsidePoolError,
 * AddressReservedError, AddressTakenError, ReservationHeldByOtherError; LeaseKeyConflictError when the key
 * stands for another request; InvalidPoolError for an owner or key that is empty or too long and for labels that are none,
 * InvalidLeaseError for times that make no sense.
 */
export function leaseAddress(tx: Transaction, poolId: string, request: LeaseRequest): Promise<Lease> {
  return tx.nested(async (tx) => {
    const { owner, address, preferred, now } = request;
    checkTerms('lease', request);
    if (address && preferred) {
      const hint = 'Say which one, or which one rather than another.';
      throw new InvalidLeaseError('lease', `for ${owner}`, 'it names an address and prefers one', hint);
    }
    const ledger = await PoolLedger.open(tx, poolId, 'lease from pool');
    const [earlier, ...others] = await leasesOfRequest(ledger, request);
    if (earlier) {
      if (others.length > 0 || (address && !address.equals(earlier.address)))
        throw keyConflict(earlier, others);
      return earlier;
    }
    await makeRoom(ledger, now, 1);
    const named = address ?? (await possible(ledger, preferred, request));
    const chosen = named ?? (await findIdleReservation(ledger, owner, now));
    const leased = chosen ? await takeOne(ledger, chosen, request) : await takeNext(ledger, 1);
    const [lease] = putLeases(ledger, leased, request);
    if (!lease) throw new RangeError('no address was taken');
    return lease;
  });
}

/**
 * Leases many addresses at once, or none; the pool chooses them, and its reservations stay untouched.
 *
 * @param request.count from 1 to {@link mostLeasesAtOnce}.
 * @throws what {@link leaseAddress} does for a request without an address.
 */
export function leaseMany(
  tx: Transaction,
  poolId: string,
  request: LeaseTerms & { readonly count: number },
): Promise<readonly Lease[]> {
  return tx.nested(async (tx) => {
    const { owner, count, now } = request;
    checkTerms('lease', request);
    if (!Number.isInteger(count) || count < 1 || count > mostLeasesAtOnce) {
      const hint = `Choose an integer from 1 to ${mostLeasesAtOnce}.`;
      throw new InvalidLeaseError('lease', `for ${owner}`, `${count} is no number of addresses`, hint);
    }
    const ledger = await PoolLedger.open(tx, poolId, 'lease from pool');
    const [earlier, ...others] = await leasesOfRequest(ledger, request);
    if (earlier) {
      if (others.length + 1 !== count) throw keyConflict(earlier, others);
      return [earlier, ...others];
    }
    await makeRoom(ledger, now, count);
    return putLeases(ledger, await takeNext(ledger, count), request);
  });
}

/** Ends leases whose time has come: a few, and when the pool is short of addresses as many as that takes. */
async function makeRoom(ledger: PoolLedger, now: number, count: number): Promise<void> {
  await settleDue(ledger, now);
  // More each time: reserved addresses and such outside the range help nobody, and there may be many of them.
  for (let most = Math.max(count, 64); ledger.available < BigInt(count); most *= 2) {
    if ((await settleDue(ledger, now, most)) === 0) return;
  }
}

/** What the owner holds under the key; leases that have ended are taken off the books. */
async function leasesOfRequest(
  ledger: PoolLedger,
  { owner, key, now }: LeaseTerms,
): Promise<readonly Lease[]> {
  if (key === undefined) return [];
  const { tx, pool } = ledger;
  const entries = await tx.list(requestPrefix(owner, key, pool.id));
  const keys = entries.map((entry) => leaseKey(pool.id, placeOfKey(entry.key).address));
  const values = await tx.getMany(keys);
  const found = keys.map((leasedAs, index) => decodeLease(leasedAs, values[index] ?? ''));
  for (const lease of found) if (isExpired(lease, now)) await endLease(ledger, lease, lease.expiresAt);
  return found.filter((lease) => !isExpired(lease, now));
}

async function takeOne(
  ledger: PoolLedger,
  address: IpAddress,
  { owner, now }: LeaseRequest,
): Promise<readonly IpAddress[]> {
  await takeNamed(ledger, address, owner, await lookUpNamed(ledger, 'lease', address, now));
  return [address];
}

/** The preferred address if its owner can have it; one outside the pool or never leased is refused. */
async function possible(
  ledger: PoolLedger,
  preferred: IpAddress | undefined,
  { owner, now }: LeaseRequest,
): Promise<IpAddress | undefined> {
  if (!preferred) return undefined;
  const { lease, reservation } = await lookUpNamed(ledger, 'lease', preferred, now);
  return lease || (reservation && reservation.owner !== owner) ? undefined : preferred;
}

function keyConflict(first: Lease, others: readonly Lease[]): LeaseKeyConflictError {
  const { poolId, owner, key = '', address } = first;
  return new LeaseKeyConflictError(
    poolId,
    owner,
    key,
    others.length === 0 ? `${address}` : `${others.length + 1} addresses`,
  );
}
