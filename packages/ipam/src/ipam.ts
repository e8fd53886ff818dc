import type { IpAddress } from '@tsnet/inet';
import type { Lease } from './lease.ts';
import { type LeaseRequest, leaseAddress } from './lease-address.ts';
import { findLease, type LeaseFilter, listLeases } from './leases.ts';
import type { Pool, PoolSpec, PoolUsage } from './pool.ts';
import { createPool, deletePool, findPool, getPool, listPools, poolUsage } from './pools.ts';
import { releaseAddress } from './release-address.ts';
import type { Store } from './store.ts';
import { type TransactOptions, transact } from './transact.ts';

/** Settings of an {@link Ipam}. */
export interface IpamOptions extends TransactOptions {
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Pools and leases in a store, each method a transaction of its own. To make several changes at once, or
 * to commit them with records of your own, use the functions of the same names that take a transaction.
 * Methods throw what those functions do, and what {@link transact} does.
 */
export class Ipam {
  readonly #store: Store;
  readonly #options: IpamOptions;

  /** The store stays the caller's to close. */
  constructor(store: Store, options: IpamOptions = {}) {
    this.#store = store;
    this.#options = options;
  }

  createPool(spec: PoolSpec): Promise<Pool> {
    return transact(this.#store, (tx) => createPool(tx, spec), this.#options);
  }

  deletePool(id: string): Promise<boolean> {
    return transact(this.#store, (tx) => deletePool(tx, id), this.#options);
  }

  getPool(id: string): Promise<Pool> {
    return transact(this.#store, (tx) => getPool(tx, id), this.#options);
  }

  findPool(id: string): Promise<Pool | undefined> {
    return transact(this.#store, (tx) => findPool(tx, id), this.#options);
  }

  listPools(): Promise<readonly Pool[]> {
    return transact(this.#store, listPools, this.#options);
  }

  usage(id: string): Promise<PoolUsage> {
    return transact(this.#store, (tx) => poolUsage(tx, id), this.#options);
  }

  lease(poolId: string, request: Omit<LeaseRequest, 'now'>): Promise<Lease> {
    const now = (this.#options.now ?? Date.now)();
    return transact(this.#store, (tx) => leaseAddress(tx, poolId, { ...request, now }), this.#options);
  }

  release(poolId: string, address: IpAddress, owner: string): Promise<boolean> {
    return transact(this.#store, (tx) => releaseAddress(tx, poolId, address, owner), this.#options);
  }

  findLease(poolId: string, address: IpAddress): Promise<Lease | undefined> {
    return transact(this.#store, (tx) => findLease(tx, poolId, address), this.#options);
  }

  listLeases(filter?: LeaseFilter): Promise<readonly Lease[]> {
    return transact(this.#store, (tx) => listLeases(tx, filter), this.#options);
  }
}
