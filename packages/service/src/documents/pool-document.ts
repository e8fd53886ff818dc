import type { FreeRangeDocument, PoolDocument, PoolUsageDocument } from '@tsnet/api';
import type { IpRange } from '@tsnet/inet';
import type { Pool, PoolUsage } from '@tsnet/ipam';
import { countOf } from './count.ts';

/** A pool as the API shows it. */
export function poolDocument(pool: Pool): PoolDocument {
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
    capacity: countOf(pool.capacity),
  };
}

/** A pool with how full it is. */
export function poolUsageDocument(pool: Pool, usage: PoolUsage): PoolUsageDocument {
  const { used, reserved, resting, free, outside } = usage;
  return {
    ...poolDocument(pool),
    used: countOf(used),
    reserved: countOf(reserved),
    resting: countOf(resting),
    free: countOf(free),
    outside: countOf(outside),
  };
}

/** A range that nobody holds anything of. */
export function freeRangeDocument({ first, last, size }: IpRange): FreeRangeDocument {
  return { first: `${first}`, last: `${last}`, size: countOf(size) };
}
