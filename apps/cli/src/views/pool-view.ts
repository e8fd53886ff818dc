import type {
  FreeRangeDocument,
  LeaseDocument,
  PoolDocument,
  PoolUsageDocument,
  ReservationDocument,
} from '@tsnet/api';
import { IpPrefix } from '@tsnet/inet';
import { formatFields } from '../output/table.ts';
import { formatDuration } from '../parse/duration.ts';
import { labelsText } from './labels-view.ts';
import { leaseText, reservationText } from './lease-view.ts';

/** A pool with who holds what of it. */
export interface PoolReport extends PoolUsageDocument {
  readonly leases: readonly LeaseDocument[];
}

/** A pool with the beginning of all that is in it. */
export interface PoolDetails extends PoolReport {
  readonly reservations: readonly ReservationDocument[];
  readonly freeRanges: readonly FreeRangeDocument[];
  /** Whether there are more leases, reservations or free ranges than these. */
  readonly isCut: boolean;
}

/** A pool and its leases, one a line. */
export function poolReportText(pool: PoolReport): string {
  return formatFields(poolTitle(pool), [
    ...settingFields(pool),
    ...usageFields(pool),
    ...pool.leases.map((lease) => [lease.address, leaseText(lease)] as const),
  ]);
}

/** Everything about a pool that people want to know. */
export function poolDetailsText(pool: PoolDetails): string {
  const { leases, reservations, freeRanges } = pool;
  return formatFields(`pool ${poolTitle(pool)}`, [
    ...settingFields(pool),
    ['order', pool.order],
    ['group', pool.group ?? ''],
    ['labels', labelsText(pool.labels)],
    ...usageFields(pool),
    ...leases.map((lease) => ['lease', `${lease.address}  ${leaseText(lease)}`] as const),
    ...reservations.map((kept) => ['reservation', `${kept.address}  ${reservationText(kept)}`] as const),
    ...freeRanges.map((range) => ['free range', rangeText(range)] as const),
  ]);
}

/** What a new pool is, in few lines. */
export function poolCreationText(pool: PoolDocument): string {
  return formatFields(`created pool ${pool.id}`, [
    ['subnet', pool.prefix],
    ...settingFields(pool),
    ['addresses', `${pool.capacity}`],
  ]);
}

/** How full a pool is: `3 of 254`. */
export function usageText({
  used,
  capacity,
  outside,
}: Pick<PoolUsageDocument, 'used' | 'capacity' | 'outside'>): string {
  return `${used} of ${capacity}${BigInt(outside) > 0n ? `, and ${outside} outside the range` : ''}`;
}

/** `blue, 10.20.0.0/24`; of a network, which names its pools by their prefixes, `10.1.0.0/24 of web`. */
function poolTitle({ id, prefix, network }: PoolDocument): string {
  const name = id === prefix ? id : `${id}, ${prefix}`;
  return network === null ? name : `${name} of ${network}`;
}

function settingFields({ prefix, range, exclude, gateway, reuseDelay }: PoolDocument) {
  return [
    ['range', range === `${IpPrefix.parse(prefix).range}` ? '' : range],
    ['excluded', exclude.join(', ')],
    ['gateway', gateway ?? ''],
    ['reuse delay', reuseDelay === 0 ? '' : formatDuration(reuseDelay)],
  ] as const;
}

function usageFields(usage: PoolUsageDocument) {
  const { reserved, resting, free } = usage;
  return [
    ['used', usageText(usage)],
    ['reserved', BigInt(reserved) === 0n ? '' : `${reserved}`],
    ['resting', BigInt(resting) === 0n ? '' : `${resting}`],
    ['free', `${free}`],
  ] as const;
}

function rangeText({ first, last }: FreeRangeDocument): string {
  return first === last ? first : `${first}-${last}`;
}
