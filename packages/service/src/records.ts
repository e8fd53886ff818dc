/**
 * What the API tells from the state alone: it needs no privilege and leaves the kernel alone.
 *
 * @packageDocumentation
 */
import type { Api, Input, OperationName, Output, operations } from '@tsnet/api';
import type { Store } from '@tsnet/ipam';
import {
  getEndpoint,
  getNetwork,
  listEndpoints,
  listNetworks,
  listPorts,
} from './operations/read-networks.ts';
import {
  findHolder,
  getPool,
  listFreeRanges,
  listLeases,
  listPools,
  listReservations,
} from './operations/read-pools.ts';
import { type RecordsContext, recordsOf } from './records-context.ts';

/** The name of an operation that needs the state alone. */
export type RecordsOperation = {
  [O in OperationName]: (typeof operations)[O] extends { readonly needs: 'records' } ? O : never;
}[OperationName];

/** The part of the API that needs the state alone. */
export type Records = Pick<Api, RecordsOperation>;

const handlers = {
  listNetworks,
  getNetwork,
  listEndpoints,
  getEndpoint,
  listPorts,
  listPools,
  getPool,
  listFreeRanges,
  findHolder,
  listLeases,
  listReservations,
} satisfies {
  [O in RecordsOperation]: (context: RecordsContext, input: Input<O>) => Promise<Output<O>>;
};

/** Answers from a store, which stays its opener's to close. */
export function openRecords(store: Store): Records {
  const context = recordsOf(store);
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handle]) => [
      name,
      (input: object = {}) => handle(context, input as never),
    ]),
  ) as unknown as Records;
}
