import type { IpAddress } from '@tsnet/inet';
import { StoreCorruptError } from './errors.ts';
import { placeOfKey } from './keys.ts';
import type { StoreValue } from './store.ts';

/** One address held by one owner. */
export interface Lease {
  readonly poolId: string;
  readonly address: IpAddress;
  readonly owner: string;
  /** When it was leased, in milliseconds since 1970, by the clock of the caller. */
  readonly leasedAt: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** The text of a lease for the store; pool and address are in its key. */
export function encodeLease({ owner, leasedAt, labels }: Lease): string {
  return JSON.stringify({ owner, leasedAt, labels });
}

/**
 * The lease under a key.
 *
 * @throws StoreCorruptError when the record is not that of a lease.
 */
export function decodeLease(key: string, value: StoreValue): Lease {
  try {
    const { owner, leasedAt, labels } = JSON.parse(String(value));
    return { ...placeOfKey(key), owner, leasedAt, labels };
  } catch (cause) {
    throw new StoreCorruptError(
      'read lease',
      key,
      'its record is damaged',
      'Restore the store from a copy.',
      cause,
    );
  }
}
