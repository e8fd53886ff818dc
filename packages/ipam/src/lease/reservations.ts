import type { IpAddress } from '@tsnet/inet';
import { AddressTakenError, ReservationHeldByOtherError } from '../errors.ts';
import {
  encodeAddress,
  leaseKey,
  reservationKey,
  reservationsOfPoolPrefix,
  reservationsPrefix,
  reservedForPrefix,
} from '../keys.ts';
import { PoolLedger } from '../pool/pool-ledger.ts';
import { checkId, checkLabels } from '../pool/pool-spec.ts';
import type { Transaction } from '../store/transaction.ts';
import { checkTime } from '../time.ts';
import { endRest, giveBack } from './end-lease.ts';
import { lookUpNamed } from './named-address.ts';
import { decodeReservation, encodeReservation, type Reservation } from './reservation.ts';

/** What to reserve, and for whom. */
export interface ReservationRequest {
  /** Any leasable address of the prefix, in the range or not. */
  readonly address: IpAddress;
  /** Who may lease it. Default: nobody. */
  readonly owner?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Reserves an address: no lease without a name takes it, and none with its name but the owner's. It stays
 * until it is unreserved, used or not. The same reservation again is the one there is, with the new labels.
 *
 * @throws PoolNotFoundError, AddressOutsidePoolError, AddressReservedError, ReservationHeldByOtherError;
 * AddressTakenError while somebody else has a lease on it; InvalidLeaseError, InvalidPoolError.
 */
export function reserveAddress(
  tx: Transaction,
  poolId: string,
  request: ReservationRequest,
): Promise<Reservation> {
  return tx.nested(async (tx) => {
    const { address, owner, labels = {}, now } = request;
    const operation = 'reserve';
    if (owner !== undefined) checkId(operation, 'owner', owner);
    checkTime(operation, now);
    checkLabels(operation, labels);
    const ledger = await PoolLedger.open(tx, poolId, operation);
    const { lease, reservation, restsUntil, offset } = await lookUpNamed(ledger, operation, address, now);
    if (reservation && reservation.owner !== owner) {
      throw new ReservationHeldByOtherError(operation, address, poolId, reservation.owner);
    }
    if (lease && lease.owner !== owner) throw new AddressTakenError(address, poolId, lease.owner, operation);

    if (!reservation && !lease) {
      ledger.add(ledger.isInside(offset) ? { reserved: 1n } : { reservedOutside: 1n });
      if (restsUntil !== undefined) endRest(ledger, address, restsUntil);
      else await ledger.tree.set(offset);
    }
    const reservedAt = reservation?.reservedAt ?? now;
    const result = { poolId, address, owner, reservedAt, labels: { ...labels } };
    tx.put(reservationKey(poolId, address), encodeReservation(result));
    if (owner !== undefined) tx.put(`${reservedForPrefix(owner, poolId)}${encodeAddress(address)}`, '');
    return result;
  });
}

/**
 * Gives a reservation up; `false` if there is none. A lease on the address stays what it is; without one the address
 * rests as one that was released does, for it may have been.
 *
 * @param now milliseconds since 1970. Without it the address does not rest.
 * @throws PoolNotFoundError, AddressOutsidePoolError; InvalidLeaseError for a time that is none.
 */
export function unreserveAddress(
  tx: Transaction,
  poolId: string,
  address: IpAddress,
  now?: number,
): Promise<boolean> {
  return tx.nested(async (tx) => {
    checkTime('unreserve', now);
    const key = reservationKey(poolId, address);
    const held = leaseKey(poolId, address);
    const ledger = await PoolLedger.open(tx, poolId, 'unreserve', [key, held]);
    const offset = ledger.offsetOf('unreserve', address);
    const [value, lease] = await tx.getMany([key, held]);
    if (value === undefined) return false;
    const { owner } = decodeReservation(key, value);
    tx.delete(key);
    if (owner !== undefined) tx.delete(`${reservedForPrefix(owner, poolId)}${encodeAddress(address)}`);
    if (lease === undefined) {
      ledger.add(ledger.isInside(offset) ? { reserved: -1n } : { reservedOutside: -1n });
      await giveBack(ledger, address, now);
    }
    return true;
  });
}

/** The reservation of an address, or `undefined`. */
export async function findReservation(
  tx: Transaction,
  poolId: string,
  address: IpAddress,
): Promise<Reservation | undefined> {
  const key = reservationKey(poolId, address);
  const value = await tx.get(key);
  return value === undefined ? undefined : decodeReservation(key, value);
}

/** A part of a list of reservations. */
export interface ReservationPage {
  /** Only reservations behind this place, whether there is one at it or not. */
  readonly after?: Pick<Reservation, 'poolId' | 'address'> | undefined;
  /** At most this many, an integer above 0. Default: all. */
  readonly limit?: number | undefined;
}

/** Reservations of one pool or of all, in the order of pool and address. */
export async function listReservations(
  tx: Transaction,
  { poolId }: { readonly poolId?: string | undefined } = {},
  { after, limit }: ReservationPage = {},
): Promise<readonly Reservation[]> {
  const prefix = poolId === undefined ? reservationsPrefix : reservationsOfPoolPrefix(poolId);
  const entries = await tx.list(prefix, {
    after: after && reservationKey(after.poolId, after.address),
    limit,
  });
  return entries.map(({ key, value }) => decodeReservation(key, value));
}
