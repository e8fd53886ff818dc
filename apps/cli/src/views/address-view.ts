import type { AddressDocument } from '@tsnet/api';
import { formatFields } from '../output/table.ts';
import { leaseText, reservationText } from './lease-view.ts';

/** What becomes of an address, and who holds it. */
export function addressText(document: AddressDocument): string {
  const { address, pool, network } = document;
  return formatFields(address, [['pool', pool], ['network', network ?? ''], ...useFields(document)]);
}

function useFields(document: AddressDocument): readonly (readonly [string, string])[] {
  const { use, lease, reservation, restsUntil, reason } = document;
  const kept = reservation === null ? '' : reservationText(reservation);
  switch (use) {
    case 'leased':
      return [
        ['leased', lease === null ? '' : `to ${leaseText(lease)}`],
        ['since', lease?.leasedAt ?? ''],
        ['reserved', kept],
      ];
    case 'reserved':
      return [['reserved', kept]];
    case 'resting':
      return [['resting', `until ${restsUntil}, unless nothing else is free`]];
    case 'never-leased':
      return [['never leased', reason ?? '']];
    case 'free':
      return [['free', 'for the next who asks']];
    case 'free-by-name':
      return [['free', 'for who asks for this address: it lies outside the range']];
  }
}
