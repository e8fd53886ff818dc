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
  AddressOutsideGroupError,
  AddressOutsidePoolError,
  AddressReservedError,
  AddressTakenError,
  GroupExhaustedError,
  GroupFamilyError,
  GroupNotFoundError,
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
} from './errors.ts';
export { DocumentVersionError, HostLocalError, InvalidDocumentError } from './exchange/document-errors.ts';
export { type ExportOptions, exportPools, exportText } from './exchange/export-pools.ts';
export { type HostLocalOptions, readHostLocal } from './exchange/host-local.ts';
export { type ImportOptions, importPools } from './exchange/import-pools.ts';
export type {
  IpamDocument,
  LeaseDocument,
  PoolDocument,
  ReservationDocument,
  RestDocument,
} from './exchange/ipam-document.ts';
export { parseIpamDocument } from './exchange/ipam-document-text.ts';
export { parseSubnetJson, type SubnetJsonOptions } from './exchange/subnet-json.ts';
export { Ipam, type IpamOptions } from './ipam.ts';
export { type AddressHolder, type AddressUse, findHolder } from './lease/holders.ts';
export type { Lease } from './lease/lease.ts';
export { leaseAddress, leaseMany } from './lease/lease-address.ts';
export {
  type LeaseEvent,
  type LeaseWatchOptions,
  readLeaseEvent,
  watchLeases,
} from './lease/lease-events.ts';
export { type GroupLeaseRequest, leaseFromGroup, listPoolsOfGroup } from './lease/lease-group.ts';
export type { LeaseRequest, LeaseTerms } from './lease/lease-request.ts';
export {
  findLease,
  type IterateOptions,
  iterateLeases,
  type LeaseFilter,
  type LeasePage,
  listLeases,
} from './lease/leases.ts';
export { mostLeasesAtOnce } from './lease/most-leases.ts';
export {
  type ReclaimOptions,
  type ReleaseOptions,
  reclaimExpired,
  releaseAddress,
  releaseOwner,
  releasePool,
} from './lease/release-address.ts';
export { type RenewRequest, renewLease } from './lease/renew-lease.ts';
export type { Reservation } from './lease/reservation.ts';
export {
  findReservation,
  listReservations,
  type ReservationPage,
  type ReservationRequest,
  reserveAddress,
  unreserveAddress,
} from './lease/reservations.ts';
export {
  type AutomaticPoolSpec,
  type CarvedPrefix,
  type CarveRequest,
  carvePrefix,
  createAutomaticPool,
  type PoolLayout,
} from './pool/automatic-pool.ts';
export { type FreeRangesPage, freeRanges } from './pool/free-ranges.ts';
export type { Pool, PoolOrder, PoolSpec, PoolUsage } from './pool/pool.ts';
export { createPool, deletePool, findPool, getPool, listPools, poolUsage } from './pool/pools.ts';
export type { Supernet } from './pool/supernet.ts';
export { GroupCommit } from './store/group-commit.ts';
export { MemoryStore } from './store/memory-store.ts';
export type { TransactionEntry } from './store/read-source.ts';
export type { AlongsideWork } from './store/sqlite-alongside.ts';
export type { StoreDurability } from './store/sqlite-file.ts';
export { SqliteStore, type SqliteStoreOptions } from './store/sqlite-store.ts';
export type {
  Store,
  StoreCallOptions,
  StoreChange,
  StoreCheck,
  StoreCommit,
  StoreEntry,
  StoreListOptions,
  StoreRange,
  StoreReadOptions,
  StoreValue,
  StoreWatchOptions,
} from './store/store.ts';
export {
  StoreAbortedError,
  StoreChangesLostError,
  StoreClosedError,
  StoreConflictError,
  StoreCorruptError,
  StoreInvalidError,
  StoreNotFoundError,
  StorePermissionError,
  StoreSchemaError,
  StoreUnavailableError,
  TransactionBusyError,
  TransactionEndedError,
  TransactionReadOnlyError,
} from './store/store-errors.ts';
export { storeKey, storePrefix } from './store/store-key.ts';
export { randomBackoff, type TransactOptions, transact } from './store/transact.ts';
export type { Transaction } from './store/transaction.ts';
