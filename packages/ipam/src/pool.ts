import { IpPrefix, IpRange } from '@tsnet/inet';
import { StoreCorruptError } from './errors.ts';
import type { StoreValue } from './store.ts';

/** What a pool is asked to be. */
export interface PoolSpec {
  /** Any text of 1 to 256 characters. */
  readonly id: string;
  /** Without host bits: `10.0.0.0/24`, not `10.0.0.1/24`. */
  readonly prefix: IpPrefix;
  /** Where addresses come from when the caller names none. Default: the whole prefix. */
  readonly range?: IpRange | undefined;
  /** Addresses that are never leased, named or not. They must lie in the prefix and not overlap. */
  readonly exclude?: readonly IpRange[] | undefined;
  /**
   * Allows a prefix so long that it has no room for reserved addresses (IPv4 /31 and /32, IPv6 /127 and
   * /128): every address in it is leasable (RFC 3021, RFC 6164). Default `false`.
   */
  readonly hostPool?: boolean | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** A pool as it is stored. */
export interface Pool {
  readonly id: string;
  readonly prefix: IpPrefix;
  /** As asked for, or the whole prefix. */
  readonly range: IpRange;
  /** In address order. */
  readonly exclude: readonly IpRange[];
  readonly hostPool: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** How many addresses it gives out by itself: the range less what is reserved by rule or excluded. */
  readonly capacity: bigint;
}

/** How much of a pool is held. */
export interface PoolUsage {
  /** {@link Pool.capacity} */
  readonly capacity: bigint;
  /** Leases of addresses that count towards the capacity. */
  readonly used: bigint;
  /** Leases of addresses that were asked for by name and lie outside the range. */
  readonly outside: bigint;
}

/** A run of offsets from the first address of a prefix, both ends included. */
export interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

/** The offsets that the pool gives out by itself, in order, with the gaps already cut out. */
export function spansOf(pool: Omit<Pool, 'capacity'>): readonly Span[] {
  const base = pool.prefix.first.value;
  const spans: Span[] = [];
  const [lowest, highest] = leasableOffsets(pool.prefix);
  let from = pool.range.first.value - base;
  let to = pool.range.last.value - base;
  if (from < lowest) from = lowest;
  if (to > highest) to = highest;
  for (const { first, last } of pool.exclude) {
    const gapFrom = first.value - base;
    const gapTo = last.value - base;
    if (gapTo < from) continue;
    if (gapFrom > to) break;
    if (gapFrom > from) spans.push({ from, to: gapFrom - 1n });
    from = gapTo + 1n;
  }
  if (from <= to) spans.push({ from, to });
  return spans;
}

/**
 * The lowest and highest offset that rules leave free. IPv4 keeps the network and the broadcast address
 * (RFC 919, RFC 950), IPv6 the subnet-router anycast address (RFC 4291 section 2.6.1); the two longest
 * prefixes of each family keep none.
 */
export function leasableOffsets(prefix: IpPrefix): readonly [bigint, bigint] {
  const highest = prefix.size - 1n;
  if (isHostPrefix(prefix)) return [0n, highest];
  return prefix.family === 'ipv4' ? [1n, highest - 1n] : [1n, highest];
}

/** Whether the prefix has two addresses or one. */
export function isHostPrefix(prefix: IpPrefix): boolean {
  return prefix.length >= prefix.address.bits - 1;
}

/** A pool with its capacity worked out. */
export function withCapacity(pool: Omit<Pool, 'capacity'>): Pool {
  const capacity = spansOf(pool).reduce((sum, { from, to }) => sum + to - from + 1n, 0n);
  return { ...pool, capacity };
}

/** The text of a pool for the store. */
export function encodePool(pool: Pool): string {
  return JSON.stringify({
    prefix: `${pool.prefix}`,
    range: formatRange(pool.range),
    exclude: pool.exclude.map(formatRange),
    hostPool: pool.hostPool,
    labels: pool.labels,
    capacity: `${pool.capacity}`,
  });
}

/**
 * The pool in a stored text.
 *
 * @throws StoreCorruptError when the text is not that of a pool.
 */
export function decodePool(id: string, value: StoreValue): Pool {
  try {
    const data = JSON.parse(String(value));
    return {
      id,
      prefix: IpPrefix.parse(data.prefix),
      range: IpRange.parse(data.range),
      exclude: data.exclude.map((range: string) => IpRange.parse(range)),
      hostPool: data.hostPool,
      labels: data.labels,
      capacity: BigInt(data.capacity),
    };
  } catch (cause) {
    throw new StoreCorruptError(
      'read pool',
      id,
      'its record is damaged',
      'Restore the store from a copy.',
      cause,
    );
  }
}

function formatRange(range: IpRange): string {
  return `${range.first}-${range.last}`;
}
