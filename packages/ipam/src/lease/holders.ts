import { type IpAddress, IpPrefix } from '@tsnet/inet';
import { checkAddress, leaseKey, prefixKey, reservationKey, restingKey } from '../keys.ts';
import { type Pool, spansOf } from '../pool/pool.ts';
import { getPool } from '../pool/pools.ts';
import type { Transaction } from '../store/transaction.ts';
import { checkTime, later } from '../time.ts';
import { decodeLease, isExpired, type Lease } from './lease.ts';
import { reasonNeverLeased } from './named-address.ts';
import { decodeReservation, type Reservation } from './reservation.ts';

/** What becomes of an address in its pool. */
export type AddressUse =
  | { readonly kind: 'leased'; readonly lease: Lease; readonly reservation?: Reservation | undefined }
  /** Kept for somebody, or from everybody, and not leased. */
  | { readonly kind: 'reserved'; readonly reservation: Reservation }
  /** Released; until that time, in milliseconds since 1970, leased again only when nothing is free. */
  | { readonly kind: 'resting'; readonly until: number }
  /** Kept back by a rule of its family, as the gateway, or by an exclusion; the reason says which. */
  | { readonly kind: 'never-leased'; readonly reason: string }
  /** The pool may give it to the next who asks. */
  | { readonly kind: 'free' }
  /** Free, but out of the range: only who names it gets it. */
  | { readonly kind: 'free-by-name' };

/** A pool whose prefix contains an address, and what that address is in it. */
export interface AddressHolder {
  readonly pool: Pool;
  readonly use: AddressUse;
}

/**
 * Who holds an address; `undefined` when no pool contains it. Since pools never overlap, one pool at most
 * does. The cost does not depend on how many there are.
 *
 * @param now milliseconds since 1970: a lease or a rest that has come to its end by then counts no more.
 * Default: both count until the pool has dealt with them.
 */
export async function findHolder(
  tx: Transaction,
  address: IpAddress,
  now?: number,
): Promise<AddressHolder | undefined> {
  checkAddress(address);
  checkTime('find holder', now);
  const host = IpPrefix.of(address, address.bits);
  const around = Array.from({ length: address.bits + 1 }, (_, length) => prefixKey(host, length));
  const id = (await tx.getMany(around)).find((value) => value !== undefined);
  if (id === undefined) return undefined;
  const pool = await getPool(tx, String(id));
  return { pool, use: await findUse(tx, pool, address, now) };
}

async function findUse(
  tx: Transaction,
  pool: Pool,
  address: IpAddress,
  now: number | undefined,
): Promise<AddressUse> {
  const reason = reasonNeverLeased(pool, address);
  if (reason !== undefined) return { kind: 'never-leased', reason };
  const leasedAs = leaseKey(pool.id, address);
  const reservedAs = reservationKey(pool.id, address);
  const [held, kept, rests] = await tx.getMany([leasedAs, reservedAs, restingKey(pool.id, address)]);
  const lease = held === undefined ? undefined : decodeLease(leasedAs, held);
  const reservation = kept === undefined ? undefined : decodeReservation(reservedAs, kept);
  if (lease && !isExpired(lease, now)) return { kind: 'leased', lease, reservation };
  if (reservation) return { kind: 'reserved', reservation };

  const offset = pool.prefix.offsetOf(address);
  if (!spansOf(pool).some(({ from, to }) => from <= offset && offset <= to)) return { kind: 'free-by-name' };
  // A lease that has ended rests from its end on, even before the pool has dealt with it.
  const until = lease?.expiresAt === undefined ? Number(rests ?? 0) : later(lease.expiresAt, pool.reuseDelay);
  return until > (now ?? 0) ? { kind: 'resting', until } : { kind: 'free' };
}
