/**
 * The API of tsnet, answered by an engine in this process: what the daemon serves, and what the command line uses where none
 * runs.
 *
 * ```ts
 * import { openService } from '@tsnet/service';
 *
 * const api = openService({ engine, store });
 * const { addresses } = await api.connect({ network: 'web', sandbox: 'app' });
 * ```
 *
 * @packageDocumentation
 */
export { endpointDocument } from './documents/endpoint-document.ts';
export { etagOf } from './documents/etag.ts';
export { leaseDocument, reservationDocument } from './documents/lease-document.ts';
export { networkDocument } from './documents/network-document.ts';
export { type OwnerName, parseOwner } from './documents/owner.ts';
export { poolDocument } from './documents/pool-document.ts';
export { portDocument } from './documents/port-document.ts';
export {
  AddressInNoPoolError,
  EngineOwnerError,
  InvalidCursorError,
  InvalidSandboxNameError,
  NothingOnRecordError,
  PoolOfNetworkError,
  PreconditionError,
  SandboxNotFoundError,
} from './errors.ts';
export { outcomeDocument } from './operations/repair.ts';
export { openRecords, type Records, type RecordsOperation } from './records.ts';
export { openService, type ServiceOptions } from './service.ts';
export { isPoolsOperation, openState, type PoolsOperation, type State } from './state.ts';
