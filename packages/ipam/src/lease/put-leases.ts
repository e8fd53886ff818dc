import type { IpAddress } from '@tsnet/inet';
import {
  encodeAddress,
  expiryPrefix,
  leasesOfPoolPrefix,
  ownerPrefix,
  requestPrefix,
  timedKey,
} from '../keys.ts';
import type { PoolLedger } from '../pool/pool-ledger.ts';
import { later } from '../time.ts';
import { encodeLease, type Lease } from './lease.ts';
import type { LeaseTerms } from './lease-request.ts';

/** Writes leases of addresses that are taken and counted already. */
export function putLeases(
  ledger: PoolLedger,
  addresses: readonly IpAddress[],
  { owner, key, ttl, labels = {}, now }: LeaseTerms,
): readonly Lease[] {
  const { tx, pool } = ledger;
  const poolId = pool.id;
  const terms = {
    owner,
    leasedAt: now,
    expiresAt: ttl === undefined ? undefined : later(now, ttl),
    key,
    labels: { ...labels },
  };
  const record = encodeLease(terms);
  const leases = leasesOfPoolPrefix(poolId);
  const ofOwner = ownerPrefix(owner, poolId);
  const ofRequest = key === undefined ? undefined : requestPrefix(owner, key, poolId);
  const ends = expiryPrefix(poolId);
  for (const address of addresses) {
    const digits = encodeAddress(address);
    tx.put(`${leases}${digits}`, record);
    tx.put(`${ofOwner}${digits}`, '');
    if (ofRequest !== undefined) tx.put(`${ofRequest}${digits}`, '');
    if (terms.expiresAt !== undefined) tx.put(timedKey(ends, terms.expiresAt, address), '');
  }
  if (terms.expiresAt !== undefined) ledger.dueAt(terms.expiresAt);
  return addresses.map((address) => ({ poolId, address, ...terms }));
}
