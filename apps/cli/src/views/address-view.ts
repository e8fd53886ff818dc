import type { IpAddress } from '@tsnet/inet';
import type { AddressHolder } from '@tsnet/ipam';
import { formatFields } from '../output/table.ts';
import {
  type EndpointIndex,
  leaseDocument,
  leaseText,
  reservationDocument,
  reservationText,
  timeText,
} from './lease-view.ts';

/** What becomes of an address, in JSON. Absent parts are null. */
export function addressDocument(address: IpAddress, { pool, use }: AddressHolder, endpoints: EndpointIndex) {
  const reservation = 'reservation' in use ? use.reservation : undefined;
  return {
    address: `${address}`,
    pool: pool.id,
    network: pool.labels.network ?? null,
    use: use.kind,
    lease: use.kind === 'leased' ? leaseDocument(use.lease, endpoints) : null,
    reservation: reservation === undefined ? null : reservationDocument(reservation),
    restsUntil: use.kind === 'resting' ? timeText(use.until) : null,
    reason: use.kind === 'never-leased' ? use.reason : null,
  };
}

/** What becomes of an address, and who holds it. */
export function addressText(
  address: IpAddress,
  { pool, use }: AddressHolder,
  endpoints: EndpointIndex,
): string {
  return formatFields(`${address}`, [
    ['pool', pool.id],
    ['network', pool.labels.network ?? ''],
    ...useFields(use, endpoints),
  ]);
}

function useFields(
  use: AddressHolder['use'],
  endpoints: EndpointIndex,
): readonly (readonly [string, string])[] {
  switch (use.kind) {
    case 'leased': {
      const { lease, reservation } = use;
      return [
        ['leased', `to ${leaseText(lease, endpoints)}`],
        ['since', timeText(lease.leasedAt)],
        ['reserved', reservation === undefined ? '' : reservationText(reservation)],
      ];
    }
    case 'reserved':
      return [['reserved', reservationText(use.reservation)]];
    case 'resting':
      return [['resting', `until ${timeText(use.until)}, unless nothing else is free`]];
    case 'never-leased':
      return [['never leased', use.reason]];
    case 'free':
      return [['free', 'for the next who asks']];
    case 'free-by-name':
      return [['free', 'for who asks for this address: it lies outside the range']];
  }
}
