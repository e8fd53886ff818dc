/**
 * IP address management: pools, leases, and the store that several processes share.
 *
 * ```ts
 * import { IpPrefix } from '@tsnet/inet';
 * import { Ipam, SqliteStore } from '@tsnet/ipam';
 *
 * await using store = await SqliteStore.open('/var/lib/example/ipam.db');
 * const ipam = new Ipam(store);
 * await ipam.createPool({ id: 'blue', prefix: IpPrefix.parse('10.20.0.0/24') });
 * const lease = await ipam.lease('blue', { owner: 'web-1' });
 * console.log(`${lease.address}`); // 10.20.0.1
 * await ipam.release('blue', lease.address, 'web-1');
 * ```
 *
 * @packageDocumentation
 */
export {
  AddressOutsidePoolError,
  AddressReservedError,
  AddressTakenError,
  InvalidLeaseError,
  InvalidPoolError,
  LeaseHeldByOtherError,
  LeaseKeyConflictError,
  LeaseNotFoundError,
  PoolExhaustedError,
  PoolExistsError,
  PoolInUseError,
  PoolNotFoundError,
  PoolOverlapError,
  PrefixesExhaustedError,
  ReservationHeldByOtherError,
  StoreAbortedError,
  StoreClosedError,
  StoreConflictError,
  StoreCorruptError,
  StoreInvalidError,
  StorePermissionError,
  StoreSchemaError,
  StoreUnavailableError,
  TransactionEndedError,
} from './errors.ts';
export { Ipam, type IpamOptions } from './ipam.ts';
export type { Lease } from './lease.ts';
export { leaseAddress, leaseMany } from './lease-address.ts';
export type { LeaseRequest, LeaseTerms } from './lease-request.ts';
export { findLease, type LeaseFilter, listLeases } from './leases.ts';
export { MemoryStore } from './memory-store.ts';
export { nextFreePrefix, type Supernet } from './next-free-prefix.ts';
export type { Pool, PoolOrder, PoolSpec, PoolUsage } from './pool.ts';
export { createPool, deletePool, findPool, getPool, listPools, poolUsage } from './pools.ts';
export {
  type ReclaimOptions,
  type ReleaseOptions,
  reclaimExpired,
  releaseAddress,
  releaseOwner,
  releasePool,
} from './release-address.ts';
export { type RenewRequest, renewLease } from './renew-lease.ts';
export type { Reservation } from './reservation.ts';
export {
  findReservation,
  listReservations,
  type ReservationRequest,
  reserveAddress,
  unreserveAddress,
} from './reservations.ts';
export { SqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
export type {
  Store,
  StoreCheck,
  StoreCommit,
  StoreEntry,
  StoreListOptions,
  StoreRange,
  StoreValue,
} from './store.ts';
export { storeKey, storePrefix } from './store-key.ts';
export { randomBackoff, type TransactOptions, transact } from './transact.ts';
export type { Transaction, TransactionEntry } from './transaction.ts';
