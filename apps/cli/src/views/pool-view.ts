import type { PoolReport } from '@tsnet/core';
import type { IpRange } from '@tsnet/inet';
import type { Pool, PoolUsage, Reservation } from '@tsnet/ipam';
import { formatFields } from '../output/table.ts';
import { formatDuration } from '../parse/duration.ts';
import { labelsText } from './labels-view.ts';
import {
  type EndpointIndex,
  leaseDocument,
  leaseText,
  reservationDocument,
  reservationText,
} from './lease-view.ts';

/** A pool with the beginning of all that is in it. */
export interface PoolDetails extends PoolReport {
  readonly reservations: readonly Reservation[];
  readonly free: readonly IpRange[];
  /** Whether there are more leases, reservations or free ranges than these. */
  readonly isCut: boolean;
}

/** A pool in JSON. */
export function poolDocument(pool: Pool) {
  const { id, prefix, range, exclude, gateway, hostPool, order, reuseDelay, group, labels } = pool;
  return {
    id,
    prefix: `${prefix}`,
    network: labels.network ?? null,
    range: `${range}`,
    exclude: exclude.map((gap) => `${gap}`),
    gateway: gateway === undefined ? null : `${gateway}`,
    hostPool,
    order,
    reuseDelay,
    group: group ?? null,
    labels,
    capacity: pool.capacity,
  };
}

/** A pool in JSON, with how full it is and who holds what. */
export function poolReportDocument({ pool, usage, leases }: PoolReport, endpoints: EndpointIndex) {
  const { used, reserved, resting, free, outside } = usage;
  return {
    ...poolDocument(pool),
    ...{ used, reserved, resting, free, outside },
    leases: leases.map((lease) => leaseDocument(lease, endpoints)),
  };
}

/** A pool in JSON, with all that `tsnet ipam inspect` shows. */
export function poolDetailsDocument(details: PoolDetails, endpoints: EndpointIndex) {
  return {
    ...poolReportDocument(details, endpoints),
    reservations: details.reservations.map(reservationDocument),
    freeRanges: details.free.map(rangeDocument),
    isCut: details.isCut,
  };
}

/** A range in JSON. */
export function rangeDocument(range: IpRange) {
  return { first: `${range.first}`, last: `${range.last}`, size: range.size };
}

/** A pool and its leases, one a line. */
export function poolReportText({ pool, usage, leases }: PoolReport, endpoints: EndpointIndex): string {
  return formatFields(poolTitle(pool), [
    ...settingFields(pool),
    ...usageFields(usage),
    ...leases.map((lease) => [`${lease.address}`, leaseText(lease, endpoints)] as const),
  ]);
}

/** Everything about a pool that people want to know. */
export function poolDetailsText(details: PoolDetails, endpoints: EndpointIndex): string {
  const { pool, usage, leases, reservations, free } = details;
  return formatFields(`pool ${poolTitle(pool)}`, [
    ...settingFields(pool),
    ['order', pool.order],
    ['group', pool.group ?? ''],
    ['labels', labelsText(pool.labels)],
    ...usageFields(usage),
    ...leases.map((lease) => ['lease', `${lease.address}  ${leaseText(lease, endpoints)}`] as const),
    ...reservations.map((kept) => ['reservation', `${kept.address}  ${reservationText(kept)}`] as const),
    ...free.map((range) => ['free range', `${range}`] as const),
  ]);
}

/** What a new pool is, in few lines. */
export function poolCreationText(pool: Pool): string {
  return formatFields(`created pool ${pool.id}`, [
    ['subnet', `${pool.prefix}`],
    ...settingFields(pool),
    ['addresses', `${pool.capacity}`],
  ]);
}

/** How full a pool is: `3 of 254`. */
export function usageText({ used, capacity, outside }: PoolUsage): string {
  return `${used} of ${capacity}${outside > 0n ? `, and ${outside} outside the range` : ''}`;
}

/** `blue, 10.20.0.0/24`; of a network, which names its pools by their prefixes, `10.1.0.0/24 of web`. */
function poolTitle({ id, prefix, labels }: Pool): string {
  const name = id === `${prefix}` ? id : `${id}, ${prefix}`;
  return labels.network === undefined ? name : `${name} of ${labels.network}`;
}

function settingFields({ prefix, range, exclude, gateway, reuseDelay }: Pool) {
  return [
    ['range', range.equals(prefix.range) ? '' : `${range}`],
    ['excluded', exclude.join(', ')],
    ['gateway', gateway === undefined ? '' : `${gateway}`],
    ['reuse delay', reuseDelay === 0 ? '' : formatDuration(reuseDelay)],
  ] as const;
}

function usageFields(usage: PoolUsage) {
  const { reserved, resting, free } = usage;
  return [
    ['used', usageText(usage)],
    ['reserved', reserved === 0n ? '' : `${reserved}`],
    ['resting', resting === 0n ? '' : `${resting}`],
    ['free', `${free}`],
  ] as const;
}
