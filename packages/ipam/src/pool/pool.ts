import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import type { StoreValue } from '../store/store.ts';
import { StoreCorruptError } from '../store/store-errors.ts';
import type { Supernet } from './supernet.ts';

/** How a pool chooses when the caller names no address: going round, or always the lowest that is free. */
export type PoolOrder = 'round-robin' | 'lowest-first';

/** What a pool is asked to be. */
export interface PoolSpec {
  /** Any text of 1 to 256 characters. */
  readonly id: string;
  /** Without host bits: `10.0.0.0/24`, not `10.0.0.1/24`. */
  readonly prefix: IpPrefix;
  /** Where addresses come from when the caller names none. Default: the whole prefix. */
  readonly range?: IpRange | undefined;
  /** Addresses that are never leased, named or not. They must lie in the prefix and not overlap. */
  readonly exclude?: readonly (IpAddress | IpRange | IpPrefix)[] | undefined;
  /** The address of the router, in the prefix: never leased. Default: the pool knows of none. */
  readonly gateway?: IpAddress | undefined;
  /**
   * Allows a prefix so long that it has no room for reserved addresses (IPv4 /31 and /32, IPv6 /127 and
   * /128): every address in it is leasable (RFC 3021, RFC 6164). Default `false`.
   */
  readonly hostPool?: boolean | undefined;
  /** Default `round-robin`. */
  readonly order?: PoolOrder | undefined;
  /**
   * Milliseconds for which a released address rests: until then it is given out by itself only when nothing
   * else is left, the one that has rested longest first. Default 0: only the order decides.
   */
  readonly reuseDelay?: number | undefined;
  /** Any text of 1 to 256 characters. Pools of one group can be leased from as one. Default: none. */
  readonly group?: string | undefined;
  /** What the prefix was carved from, see {@link carvePrefix}. Default: it was chosen by the caller. */
  readonly carvedFrom?: Supernet | undefined;
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
  readonly gateway?: IpAddress | undefined;
  readonly hostPool: boolean;
  readonly order: PoolOrder;
  readonly reuseDelay: number;
  readonly group?: string | undefined;
  readonly carvedFrom?: Supernet | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** How many addresses it gives out by itself: the range less what is reserved by rule, excluded, or the gateway. */
  readonly capacity: bigint;
}

/** How much of a pool is held: `capacity` is `used + reserved + resting + free`. */
export interface PoolUsage {
  /** {@link Pool.capacity} */
  readonly capacity: bigint;
  /** Leases of addresses that count towards the capacity. */
  readonly used: bigint;
  /** Reservations of such addresses, where nobody has leased the address. */
  readonly reserved: bigint;
  /** Such addresses that rest after their release: leased again only when nothing is free. */
  readonly resting: bigint;
  readonly free: bigint;
  /** Leases of addresses that were asked for by name and do not count towards the capacity. */
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
  for (const { first, last } of gapsOf(pool)) {
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

/** What is never leased, in address order: the exclusions, and the gateway where none of them covers it. */
function gapsOf({ exclude, gateway }: Omit<Pool, 'capacity'>): readonly IpRange[] {
  if (!gateway || exclude.some((range) => range.contains(gateway))) return exclude;
  return [...exclude, IpRange.of(gateway, gateway)].sort((a, b) => a.first.compare(b.first));
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

/** The text of a pool for the store. It is read with every lease: what is as usual is left out. */
export function encodePool(pool: Pool): string {
  return JSON.stringify({
    prefix: `${pool.prefix}`,
    range: pool.range.equals(pool.prefix.range) ? undefined : formatRange(pool.range),
    exclude: pool.exclude.length === 0 ? undefined : pool.exclude.map(formatRange),
    gateway: pool.gateway && `${pool.gateway}`,
    hostPool: pool.hostPool,
    order: pool.order === 'round-robin' ? undefined : pool.order,
    reuseDelay: pool.reuseDelay === 0 ? undefined : pool.reuseDelay,
    group: pool.group,
    carvedFrom: pool.carvedFrom && { prefix: `${pool.carvedFrom.prefix}`, length: pool.carvedFrom.length },
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
    const { exclude = [] } = data;
    const prefix = IpPrefix.parse(data.prefix);
    return {
      id,
      prefix,
      range: data.range === undefined ? prefix.range : IpRange.parse(data.range),
      exclude: exclude.map((range: string) => IpRange.parse(range)),
      gateway: data.gateway === undefined ? undefined : IpAddress.parse(data.gateway),
      hostPool: data.hostPool,
      order: data.order ?? 'round-robin',
      reuseDelay: data.reuseDelay ?? 0,
      group: data.group,
      carvedFrom: data.carvedFrom && {
        prefix: IpPrefix.parse(data.carvedFrom.prefix),
        length: data.carvedFrom.length,
      },
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
