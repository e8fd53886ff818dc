import type { IpAddress, IpRange } from '@tsnet/inet';
import { type ExportOptions, exportPools } from './exchange/export-pools.ts';
import { importPools } from './exchange/import-pools.ts';
import type { IpamDocument } from './exchange/ipam-document.ts';
import { type AddressHolder, findHolder } from './lease/holders.ts';
import type { Lease } from './lease/lease.ts';
import { leaseAddress, leaseMany } from './lease/lease-address.ts';
import { type LeaseEvent, type LeaseWatchOptions, watchLeases } from './lease/lease-events.ts';
import { type GroupLeaseRequest, leaseFromGroup } from './lease/lease-group.ts';
import type { LeaseRequest, LeaseTerms } from './lease/lease-request.ts';
import {
  findLease,
  type IterateOptions,
  iterateLeases,
  type LeaseFilter,
  type LeasePage,
  listLeases,
} from './lease/leases.ts';
import { reclaimExpired, releaseAddress, releaseOwner, releasePool } from './lease/release-address.ts';
import { type RenewRequest, renewLease } from './lease/renew-lease.ts';
import type { Reservation } from './lease/reservation.ts';
import {
  listReservations,
  type ReservationRequest,
  reserveAddress,
  unreserveAddress,
} from './lease/reservations.ts';
import { type AutomaticPoolSpec, createAutomaticPool } from './pool/automatic-pool.ts';
import { type FreeRangesPage, freeRanges } from './pool/free-ranges.ts';
import type { Pool, PoolSpec, PoolUsage } from './pool/pool.ts';
import { createPool, deletePool, findPool, getPool, listPools, poolUsage } from './pool/pools.ts';
import { GroupCommit } from './store/group-commit.ts';
import type { Store } from './store/store.ts';
import { type TransactOptions, transact } from './store/transact.ts';
import type { Transaction } from './store/transaction.ts';

/** Settings of an {@link Ipam}. */
export interface IpamOptions extends Omit<TransactOptions, 'readOnly'> {
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Pools and leases in a store. Each method that changes something is a transaction of its own, and is done
 * when it is committed; those called at once are committed together, see {@link GroupCommit}. To make several
 * changes that belong together, or to commit them with records of your own, use the functions of the same
 * names that take a transaction.
 *
 * Methods throw what those functions do, and what {@link transact} does.
 */
export class Ipam {
  readonly #store: Store;
  readonly #options: IpamOptions;
  readonly #commits: GroupCommit;

  /** The store stays the caller's to close. */
  constructor(store: Store, options: IpamOptions = {}) {
    this.#store = store;
    this.#options = options;
    this.#commits = new GroupCommit(store, options);
  }

  createPool(spec: PoolSpec): Promise<Pool> {
    return this.#transact((tx) => createPool(tx, spec));
  }

  createAutomaticPool(spec: AutomaticPoolSpec): Promise<Pool> {
    return this.#transact((tx) => createAutomaticPool(tx, spec));
  }

  deletePool(id: string): Promise<boolean> {
    return this.#transact((tx, now) => deletePool(tx, id, now));
  }

  getPool(id: string): Promise<Pool> {
    return this.#read((tx) => getPool(tx, id));
  }

  findPool(id: string): Promise<Pool | undefined> {
    return this.#read((tx) => findPool(tx, id));
  }

  listPools(): Promise<readonly Pool[]> {
    return this.#read(listPools);
  }

  usage(id: string): Promise<PoolUsage> {
    return this.#read((tx, now) => poolUsage(tx, id, now));
  }

  lease(poolId: string, request: Omit<LeaseRequest, 'now'>): Promise<Lease> {
    return this.#transact((tx, now) => leaseAddress(tx, poolId, { ...request, now }));
  }

  leaseMany(
    poolId: string,
    request: Omit<LeaseTerms, 'now'> & { readonly count: number },
  ): Promise<readonly Lease[]> {
    return this.#transact((tx, now) => leaseMany(tx, poolId, { ...request, now }));
  }

  leaseFromGroup(group: string, request: Omit<GroupLeaseRequest, 'now'>): Promise<readonly Lease[]> {
    return this.#transact((tx, now) => leaseFromGroup(tx, group, { ...request, now }));
  }

  renew(poolId: string, address: IpAddress, request: Omit<RenewRequest, 'now'>): Promise<Lease> {
    return this.#transact((tx, now) => renewLease(tx, poolId, address, { ...request, now }));
  }

  release(poolId: string, address: IpAddress, owner: string): Promise<boolean> {
    return this.#transact((tx, now) => releaseAddress(tx, poolId, address, owner, now));
  }

  releaseOwner(owner: string, poolId?: string): Promise<readonly Lease[]> {
    return this.#transact((tx, now) => releaseOwner(tx, owner, { poolId, now }));
  }

  releasePool(poolId: string): Promise<number> {
    return this.#transact((tx, now) => releasePool(tx, poolId, now));
  }

  reclaimExpired(poolId: string, limit?: number): Promise<number> {
    return this.#transact((tx, now) => reclaimExpired(tx, poolId, { now, limit }));
  }

  reserve(poolId: string, request: Omit<ReservationRequest, 'now'>): Promise<Reservation> {
    return this.#transact((tx, now) => reserveAddress(tx, poolId, { ...request, now }));
  }

  unreserve(poolId: string, address: IpAddress): Promise<boolean> {
    return this.#transact((tx, now) => unreserveAddress(tx, poolId, address, now));
  }

  listReservations(poolId?: string): Promise<readonly Reservation[]> {
    return this.#read((tx) => listReservations(tx, { poolId }));
  }

  findLease(poolId: string, address: IpAddress): Promise<Lease | undefined> {
    return this.#read((tx, now) => findLease(tx, poolId, address, now));
  }

  listLeases(filter?: LeaseFilter, page?: LeasePage): Promise<readonly Lease[]> {
    return this.#read((tx, now) => listLeases(tx, { now, ...filter }, page));
  }

  iterateLeases(filter?: LeaseFilter, options?: IterateOptions): AsyncGenerator<Lease, void, undefined> {
    const standing = { now: this.#now(), ...filter };
    return iterateLeases(this.#store, standing, { ...this.#options, ...options });
  }

  freeRanges(poolId: string, page?: FreeRangesPage): Promise<readonly IpRange[]> {
    return this.#read((tx, now) => freeRanges(tx, poolId, { now, ...page }));
  }

  findHolder(address: IpAddress): Promise<AddressHolder | undefined> {
    return this.#read((tx, now) => findHolder(tx, address, now));
  }

  watch(options?: LeaseWatchOptions): AsyncGenerator<LeaseEvent, void, undefined> {
    return watchLeases(this.#store, options);
  }

  export(options?: ExportOptions): Promise<IpamDocument> {
    return this.#read((tx) => exportPools(tx, options));
  }

  import(document: IpamDocument): Promise<readonly Pool[]> {
    return this.#transact((tx, now) => importPools(tx, document, { now }));
  }

  #read<T>(body: (tx: Transaction, now: number) => Promise<T>): Promise<T> {
    return transact(this.#store, (tx) => body(tx, this.#now()), { ...this.#options, readOnly: true });
  }

  #transact<T>(body: (tx: Transaction, now: number) => Promise<T>): Promise<T> {
    return this.#commits.run((tx) => body(tx, this.#now()));
  }

  #now(): number {
    const { now = Date.now } = this.#options;
    return now();
  }
}
