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
  type AutomaticPoolSpec,
  type CarvedPrefix,
  type CarveRequest,
  carvePrefix,
  createAutomaticPool,
  type PoolLayout,
} from './automatic-pool.ts';
export {
  AddressOutsideGroupError,
  AddressOutsidePoolError,
  AddressReservedError,
  AddressTakenError,
  DocumentVersionError,
  GroupExhaustedError,
  GroupFamilyError,
  GroupNotFoundError,
  HostLocalError,
  InvalidDocumentError,
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
  StoreChangesLostError,
  StoreClosedError,
  StoreConflictError,
  StoreCorruptError,
  StoreInvalidError,
  StorePermissionError,
  StoreSchemaError,
  StoreUnavailableError,
  TransactionEndedError,
  TransactionReadOnlyError,
} from './errors.ts';
export { type ExportOptions, exportPools, exportText } from './export-pools.ts';
export { type FreeRangesPage, freeRanges } from './free-ranges.ts';
export { GroupCommit } from './group-commit.ts';
export { type AddressHolder, type AddressUse, findHolder } from './holders.ts';
export { type HostLocalOptions, readHostLocal } from './host-local.ts';
export { type ImportOptions, importPools } from './import-pools.ts';
export { Ipam, type IpamOptions } from './ipam.ts';
export type {
  IpamDocument,
  LeaseDocument,
  PoolDocument,
  ReservationDocument,
  RestDocument,
} from './ipam-document.ts';
export { parseIpamDocument } from './ipam-document-text.ts';
export type { Lease } from './lease.ts';
export { leaseAddress, leaseMany } from './lease-address.ts';
export { type LeaseEvent, type LeaseWatchOptions, watchLeases } from './lease-events.ts';
export { type GroupLeaseRequest, leaseFromGroup, listPoolsOfGroup } from './lease-group.ts';
export type { LeaseRequest, LeaseTerms } from './lease-request.ts';
export {
  findLease,
  type IterateOptions,
  iterateLeases,
  type LeaseFilter,
  type LeasePage,
  listLeases,
} from './leases.ts';
export { MemoryStore } from './memory-store.ts';
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
export type { AlongsideWork } from './sqlite-alongside.ts';
export type { StoreDurability } from './sqlite-file.ts';
export { SqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
export type {
  Store,
  StoreChange,
  StoreCheck,
  StoreCommit,
  StoreEntry,
  StoreListOptions,
  StoreRange,
  StoreReadOptions,
  StoreValue,
  StoreWatchOptions,
} from './store.ts';
export { storeKey, storePrefix } from './store-key.ts';
export { parseSubnetJson, type SubnetJsonOptions } from './subnet-json.ts';
export type { Supernet } from './supernet.ts';
export { randomBackoff, type TransactOptions, transact } from './transact.ts';
export type { Transaction, TransactionEntry } from './transaction.ts';
