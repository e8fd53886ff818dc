import type { IpAddress } from '@tsnet/inet';
import { AddressReservedError, AddressTakenError, ReservationHeldByOtherError } from '../errors.ts';
import { leaseKey, reservationKey, restingKey } from '../keys.ts';
import { leasableOffsets, type Pool } from '../pool/pool.ts';
import type { PoolLedger } from '../pool/pool-ledger.ts';
import { endLease, endRest } from './end-lease.ts';
import { decodeLease, isExpired, type Lease } from './lease.ts';
import { decodeReservation, type Reservation } from './reservation.ts';

/** Who holds an address that somebody named. */
export interface NamedAddress {
  readonly offset: bigint;
  readonly lease: Lease | undefined;
  readonly reservation: Reservation | undefined;
  /** Until when the address rests, if it does. */
  readonly restsUntil: number | undefined;
}

/**
 * Looks an address up that somebody named. A lease that has ended by `now` is taken off the books first.
 *
 * @throws AddressOutsidePoolError; AddressReservedError for an address that is never leased.
 */
export async function lookUpNamed(
  ledger: PoolLedger,
  operation: string,
  address: IpAddress,
  now: number,
): Promise<NamedAddress> {
  const { tx, pool, tree } = ledger;
  const offset = ledger.offsetOf(operation, address);
  const rule = reasonNeverLeased(pool, address);
  if (rule !== undefined) throw new AddressReservedError(address, pool.id, rule, operation);
  const nobody = { offset, lease: undefined, reservation: undefined, restsUntil: undefined };
  if (!(await tree.has(offset))) return nobody;

  const key = leaseKey(pool.id, address);
  const lease = decoded(await tx.get(key), (value) => decodeLease(key, value));
  if (lease && isExpired(lease, now)) {
    await endLease(ledger, lease, lease.expiresAt);
    return lookUpNamed(ledger, operation, address, now);
  }
  const reserved = reservationKey(pool.id, address);
  const [reservation, resting] = await tx.getMany([reserved, restingKey(pool.id, address)]);
  return {
    offset,
    lease,
    reservation: decoded(reservation, (value) => decodeReservation(reserved, value)),
    restsUntil: decoded(resting, Number),
  };
}

/** Takes an address for its owner that {@link lookUpNamed} looked up. @throws AddressTakenError, ReservationHeldByOtherError */
export async function takeNamed(
  ledger: PoolLedger,
  address: IpAddress,
  owner: string,
  named: NamedAddress,
): Promise<void> {
  const { lease, reservation, restsUntil, offset } = named;
  const poolId = ledger.pool.id;
  const isInside = ledger.isInside(offset);
  if (lease) throw new AddressTakenError(address, poolId, lease.owner);
  if (reservation && reservation.owner !== owner) {
    throw new ReservationHeldByOtherError('lease', address, poolId, reservation.owner);
  }
  if (reservation) ledger.add(isInside ? { reserved: -1n } : { reservedOutside: -1n });
  else if (restsUntil !== undefined) endRest(ledger, address, restsUntil);
  else await ledger.tree.set(offset);
  ledger.add(isInside ? { used: 1n } : { outside: 1n });
}

/** Why an address of a pool's prefix is never leased; `undefined` when it may be. */
export function reasonNeverLeased(pool: Pool, address: IpAddress): string | undefined {
  const { prefix, exclude, gateway } = pool;
  const offset = prefix.offsetOf(address);
  const [lowest, highest] = leasableOffsets(prefix);
  if (offset < lowest || offset > highest) {
    if (prefix.family === 'ipv6') return 'it is the subnet-router anycast address';
    return offset === 0n ? 'it is the network address' : 'it is the broadcast address';
  }
  if (gateway?.equals(address)) return 'it is the gateway';
  const gap = exclude.find((range) => range.contains(address));
  return gap && `the pool excludes ${gap}`;
}

function decoded<V, T>(value: V | undefined, decode: (value: V) => T): T | undefined {
  return value === undefined ? undefined : decode(value);
}
