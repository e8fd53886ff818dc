import type { IpAddress } from '@tsnet/inet';
import { ipamPrefix, placeOfKey, poolIdOfKey } from '../keys.ts';
import { decodePool, type Pool } from '../pool/pool.ts';
import type { Store, StoreChange, StoreValue, StoreWatchOptions } from '../store/store.ts';
import { decodeLease, type Lease } from './lease.ts';
import { decodeReservation, type Reservation } from './reservation.ts';

/** Which events to report; all of them when empty. */
export interface LeaseWatchOptions extends StoreWatchOptions {
  readonly poolId?: string | undefined;
  /** Only leases and reservations of this owner: no event of a pool then. */
  readonly owner?: string | undefined;
}

/** What happened, in the commit of this revision. */
export type LeaseEvent = { readonly revision: number } & (
  | {
      /** A lease is held: made or, when `leasedAt` lies back, renewed or changed. */
      readonly type: 'leased';
      readonly poolId: string;
      readonly lease: Lease;
    }
  | {
      /** The owner holds the address no more. */
      readonly type: 'released';
      readonly poolId: string;
      readonly address: IpAddress;
      readonly owner: string;
    }
  | {
      /** A reservation was made or changed. */
      readonly type: 'reserved';
      readonly poolId: string;
      readonly reservation: Reservation;
    }
  | {
      /** A reservation was given up; its owner is told to those who watch an owner. */
      readonly type: 'unreserved';
      readonly poolId: string;
      readonly address: IpAddress;
      readonly owner?: string | undefined;
    }
  | { readonly type: 'pool-created'; readonly poolId: string; readonly pool: Pool }
  | { readonly type: 'pool-deleted'; readonly poolId: string }
);

/**
 * Reports leases, releases, reservations and pools as they change, whoever changes them, in the order of
 * the commits. {@link Store.watch} says how to begin and when this ends. As there, a record that changes
 * several times in a row may be reported once, as it is at last.
 *
 * Every end of a lease is told with its owner, unless the same owner has the address again. The events of
 * one commit come in no certain order: where an address passes from an owner whose time has come to another
 * one, the release may be told behind the lease, and its owner says whose it was. A lease whose time has
 * come is released when its pool deals with it, not at that time.
 *
 * @throws StoreChangesLostError when changes behind `after` are not kept any more, and what the store throws.
 */
export async function* watchLeases(
  store: Store,
  options: LeaseWatchOptions = {},
): AsyncGenerator<LeaseEvent, void, undefined> {
  const { poolId, owner, ...how } = options;
  for await (const change of store.watch(ipamPrefix, how)) {
    const event = happeningOf(change, owner !== undefined);
    if (event === undefined) continue;
    if (poolId !== undefined && event.poolId !== poolId) continue;
    if (owner !== undefined && ownerOf(event) !== owner) continue;
    yield { ...event, revision: change.revision };
  }
}

/** What the change of one key says; undefined where it says nothing of leases, reservations or pools. */
export function readLeaseEvent(change: StoreChange): LeaseEvent | undefined {
  if (!change.key.startsWith(ipamPrefix)) return undefined;
  const event = happeningOf(change, false);
  return event && { ...event, revision: change.revision };
}

/** @param namesOwners - whether the end of a reservation is told with its owner, or without one. */
function happeningOf({ key, value }: StoreChange, namesOwners: boolean): Happening | undefined {
  const [, kind = ''] = key.split('/');
  // A deleted record has no value that names its owner; its entry in the index of owners has.
  if (kind === (namesOwners ? 'reservation' : 'reserved') && value === undefined) return undefined;
  return value === undefined ? onDelete[kind]?.(key) : onPut[kind]?.(key, value);
}

type Happening = LeaseEvent extends infer E ? (E extends unknown ? Omit<E, 'revision'> : never) : never;

/** By the kind of a record that was written. Other kinds are indexes, counters and bitmaps. */
const onPut: Readonly<Record<string, (key: string, value: StoreValue) => Happening>> = {
  lease(key, value) {
    const lease = decodeLease(key, value);
    return { type: 'leased', poolId: lease.poolId, lease };
  },
  reservation(key, value) {
    const reservation = decodeReservation(key, value);
    return { type: 'reserved', poolId: reservation.poolId, reservation };
  },
  pool(key, value) {
    const pool = decodePool(poolIdOfKey(key), value);
    return { type: 'pool-created', poolId: pool.id, pool };
  },
};

/** By the kind of a record or index entry that was deleted. */
const onDelete: Readonly<Record<string, (key: string) => Happening>> = {
  owner: (key) => ({ type: 'released', ...placeOfKey(key), owner: ownerOfKey(key) }),
  reservation: (key) => ({ type: 'unreserved', ...placeOfKey(key) }),
  reserved: (key) => ({ type: 'unreserved', ...placeOfKey(key), owner: ownerOfKey(key) }),
  pool: (key) => ({ type: 'pool-deleted', poolId: poolIdOfKey(key) }),
};

function ownerOf(event: Happening): string | undefined {
  switch (event.type) {
    case 'leased':
      return event.lease.owner;
    case 'reserved':
      return event.reservation.owner;
    case 'released':
    case 'unreserved':
      return event.owner;
    default:
      return undefined;
  }
}

/** The owner in a key of an index by owners: behind the root and the name of the index. */
function ownerOfKey(key: string): string {
  return decodeURIComponent(key.split('/')[2] ?? '');
}
