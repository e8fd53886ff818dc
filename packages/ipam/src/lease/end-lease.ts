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

  const offset = pool.prefix.offsetOf(address);
  const isInside = ledger.isInside(offset);
  if ((await tx.get(reservationKey(pool.id, address))) !== undefined) {
    ledger.add(isInside ? { used: -1n, reserved: 1n } : { outside: -1n, reservedOutside: 1n });
  } else if (isInside && endedAt !== undefined && pool.reuseDelay > 0) {
    ledger.add({ used: -1n, resting: 1n });
    beginRest(ledger, address, endedAt);
  } else {
    ledger.add(isInside ? { used: -1n } : { outside: -1n });
    await ledger.tree.clear(offset);
  }
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
