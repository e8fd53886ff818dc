import { type Static, Type } from 'typebox';
import { Address, Count, Labels, orNull, Prefix, Range, Time } from './values.ts';

const Order = Type.Enum(['round-robin', 'lowest-first']);

/** The name of a pool, or another short text. */
export const Name = Type.String({ minLength: 1, maxLength: 256 });

/** A pool as the API shows it. */
export const PoolDocument = Type.Object(
  {
    id: Type.String(),
    prefix: Type.String(),
    network: orNull(Type.String({ description: 'Whose addresses it holds.' })),
    range: Type.String(),
    exclude: Type.Array(Type.String()),
    gateway: orNull(Type.String()),
    hostPool: Type.Boolean({ description: 'Every address is leased, the first and the last too.' }),
    order: Order,
    reuseDelay: Type.Integer({ description: 'Milliseconds for which a released address rests.' }),
    group: orNull(Type.String()),
    labels: Labels,
    capacity: Count,
  },
  { title: 'Pool' },
);
export type PoolDocument = Static<typeof PoolDocument>;

/** A pool with how full it is. */
export const PoolUsageDocument = Type.Object(
  {
    ...PoolDocument.properties,
    used: Count,
    reserved: Count,
    resting: Count,
    free: Count,
    outside: Type.Union(Count.anyOf, { description: 'Leases that do not count towards the capacity.' }),
  },
  { title: 'PoolUsage' },
);
export type PoolUsageDocument = Static<typeof PoolUsageDocument>;

/** A pool as it is asked for. */
export const PoolRequest = Type.Object(
  {
    id: Name,
    prefix: Prefix,
    range: Type.Optional(Range),
    exclude: Type.Optional(Type.Array(Range, { maxItems: 1000 })),
    gateway: Type.Optional(Address),
    hostPool: Type.Optional(Type.Boolean()),
    order: Type.Optional(Order),
    reuseDelay: Type.Optional(Type.Integer({ minimum: 0, maximum: 31_536_000_000_000 })),
    group: Type.Optional(Name),
    labels: Type.Optional(Labels),
  },
  { additionalProperties: false },
);

/** Who holds a leased address. */
export const HolderDocument = Type.Union([
  Type.Object({ kind: Type.Literal('gateway'), network: Type.String() }),
  Type.Object({
    kind: Type.Literal('endpoint'),
    endpoint: Type.String(),
    name: orNull(Type.String()),
    network: orNull(Type.String()),
    sandbox: orNull(Type.String()),
    ifName: orNull(Type.String()),
  }),
  Type.Object({ kind: Type.Literal('other') }),
]);
export type HolderDocument = Static<typeof HolderDocument>;

/** A lease as the API shows it. */
export const LeaseDocument = Type.Object(
  {
    address: Type.String(),
    pool: Type.String(),
    owner: Type.String(),
    holder: HolderDocument,
    leasedAt: Time,
    expiresAt: orNull(Time),
    key: orNull(Type.String()),
    labels: Labels,
  },
  { title: 'Lease' },
);
export type LeaseDocument = Static<typeof LeaseDocument>;

/** A reservation as the API shows it. */
export const ReservationDocument = Type.Object(
  {
    address: Type.String(),
    pool: Type.String(),
    owner: orNull(Type.String({ description: 'Who may lease it; null: nobody.' })),
    reservedAt: Time,
    labels: Labels,
  },
  { title: 'Reservation' },
);
export type ReservationDocument = Static<typeof ReservationDocument>;

/** Addresses that nobody holds. */
export const FreeRangeDocument = Type.Object(
  { first: Type.String(), last: Type.String(), size: Count },
  { title: 'FreeRange' },
);
export type FreeRangeDocument = Static<typeof FreeRangeDocument>;

/** What becomes of an address. */
export const AddressDocument = Type.Object(
  {
    address: Type.String(),
    pool: Type.String(),
    network: orNull(Type.String()),
    use: Type.Enum(['leased', 'reserved', 'resting', 'never-leased', 'free', 'free-by-name']),
    lease: orNull(LeaseDocument),
    reservation: orNull(ReservationDocument),
    restsUntil: orNull(Time),
    reason: orNull(Type.String()),
  },
  { title: 'Address' },
);
export type AddressDocument = Static<typeof AddressDocument>;
