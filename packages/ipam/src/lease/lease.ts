import type { IpAddress } from '@tsnet/inet';
import { placeOfKey } from '../keys.ts';
import type { StoreValue } from '../store/store.ts';
import { StoreCorruptError } from '../store/store-errors.ts';

/** One address held by one owner. Times are milliseconds since 1970, by the clock of the caller. */
export interface Lease {
  readonly poolId: string;
  readonly address: IpAddress;
  readonly owner: string;
  readonly leasedAt: number;
  /** From this time on nobody holds it. Absent: the lease lasts until it is released. */
  readonly expiresAt?: number | undefined;
  /** What makes a repeated request find this lease rather than make another. */
  readonly key?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether a lease has come to its end. Without a time, no lease has. */
export function isExpired({ expiresAt }: Lease, now: number | undefined): boolean {
  return expiresAt !== undefined && now !== undefined && expiresAt <= now;
}

/** The text of a lease for the store; pool and address are in its key. */
export function encodeLease({
  owner,
  leasedAt,
  expiresAt,
  key,
  labels,
}: Omit<Lease, 'poolId' | 'address'>): string {
  return JSON.stringify({ owner, leasedAt, expiresAt, key, labels });
}

/**
 * The lease under a key.
 *
 * @throws StoreCorruptError when the record is not that of a lease.
 */
export function decodeLease(key: string, value: StoreValue): Lease {
  const data = parsed(key, value);
  const { owner, leasedAt, expiresAt, labels } = data;
  if (typeof owner !== 'string' || typeof leasedAt !== 'number' || typeof labels !== 'object')
    throw damaged(key);
  return { ...placeOfKey(key), owner, leasedAt, expiresAt, key: data.key, labels };
}

function parsed(key: string, value: StoreValue): Omit<Lease, 'poolId' | 'address'> {
  try {
    return { ...JSON.parse(String(value)) };
  } catch (cause) {
    throw damaged(key, cause);
  }
}

function damaged(key: string, cause?: unknown): StoreCorruptError {
  return new StoreCorruptError(
    'read lease',
    key,
    'its record is damaged',
    'Restore the store from a copy.',
    cause,
  );
}
