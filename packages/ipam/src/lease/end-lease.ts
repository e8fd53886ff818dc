import type { IpAddress } from '@tsnet/inet';
import {
  encodeAddress,
  expiryPrefix,
  leaseKey,
  ownerKey,
  requestPrefix,
  reservationKey,
  restingKey,
  restPrefix,
  timedKey,
} from '../keys.ts';
import type { PoolLedger } from '../pool/pool-ledger.ts';
import { later } from '../time.ts';
import type { Lease } from './lease.ts';

/**
 * Takes a lease off the books. Its address goes back to its reservation, rests, or is free at once.
 *
 * @param endedAt milliseconds since 1970; without it the address does not rest.
 */
export async function endLease(ledger: PoolLedger, lease: Lease, endedAt: number | undefined): Promise<void> {
  const { tx, pool } = ledger;
  const { address, owner, expiresAt, key } = lease;
  tx.delete(leaseKey(pool.id, address));
  tx.delete(ownerKey(owner, pool.id, address));
  if (key !== undefined) tx.delete(`${requestPrefix(owner, key, pool.id)}${encodeAddress(address)}`);
  if (expiresAt !== undefined) tx.delete(timedKey(expiryPrefix(pool.id), expiresAt, address));

  const isInside = ledger.isInside(pool.prefix.offsetOf(address));
  ledger.add(isInside ? { used: -1n } : { outside: -1n });
  if ((await tx.get(reservationKey(pool.id, address))) === undefined)
    await giveBack(ledger, address, endedAt);
  else ledger.add(isInside ? { reserved: 1n } : { reservedOutside: 1n });
}

/** Gives an address back that nobody holds any more: it rests from a time on, or is free at once. */
export async function giveBack(
  ledger: PoolLedger,
  address: IpAddress,
  from: number | undefined,
): Promise<void> {
  const { pool, tree } = ledger;
  const offset = pool.prefix.offsetOf(address);
  if (from === undefined || pool.reuseDelay === 0 || !ledger.isInside(offset)) {
    await tree.clear(offset);
    return;
  }
  ledger.add({ resting: 1n });
  beginRest(ledger, address, from);
}

/** Takes an address out of its rest, for somebody who asks for it by name. Its bit stays set. */
export function endRest(ledger: PoolLedger, address: IpAddress, until: number): void {
  const { tx, pool } = ledger;
  tx.delete(restingKey(pool.id, address));
  tx.delete(timedKey(restPrefix(pool.id), until, address));
  ledger.add({ resting: -1n });
}

function beginRest(ledger: PoolLedger, address: IpAddress, from: number): void {
  const { tx, pool } = ledger;
  const until = later(from, pool.reuseDelay);
  tx.put(restingKey(pool.id, address), `${until}`);
  tx.put(timedKey(restPrefix(pool.id), until, address), '');
  ledger.dueAt(until);
}
