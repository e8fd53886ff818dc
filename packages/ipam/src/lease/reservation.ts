import type { IpAddress } from '@tsnet/inet';
import { placeOfKey } from '../keys.ts';
import type { StoreValue } from '../store/store.ts';
import { StoreCorruptError } from '../store/store-errors.ts';

/** An address that is kept for an owner, or from everybody, whether it is leased or not. */
export interface Reservation {
  readonly poolId: string;
  readonly address: IpAddress;
  /** Who may lease it. Absent: nobody. */
  readonly owner?: string | undefined;
  /** Milliseconds since 1970, by the clock of the caller. */
  readonly reservedAt: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** The text of a reservation for the store; pool and address are in its key. */
export function encodeReservation({ owner, reservedAt, labels }: Reservation): string {
  return JSON.stringify({ owner, reservedAt, labels });
}

/**
 * The reservation under a key.
 *
 * @throws StoreCorruptError when the record is not that of a reservation.
 */
export function decodeReservation(key: string, value: StoreValue): Reservation {
  try {
    const { owner, reservedAt, labels } = JSON.parse(String(value));
    return { ...placeOfKey(key), owner, reservedAt, labels };
  } catch (cause) {
    throw new StoreCorruptError(
      'read reservation',
      key,
      'its record is damaged',
      'Restore the store from a copy.',
      cause,
    );
  }
}
