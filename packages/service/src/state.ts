/**
 * What the API does with the state alone, changes of pools and leases included: it needs no privilege and leaves the kernel alone.
 *
 * @packageDocumentation
 */
import type { Api, CallOptions, Input, Output } from '@tsnet/api';
import { MemoryStore, type Store } from '@tsnet/ipam';
import { poolChanges } from './operations/change-pools.ts';
import { openRecords, type RecordsOperation } from './records.ts';
import { recordsOf } from './records-context.ts';

/** The name of an operation that changes pools and leases. */
export type PoolsOperation = keyof typeof poolChanges;

/** The part of the API that needs the state alone; plans of it are made of changes of pools and leases. */
export type State = Pick<Api, RecordsOperation | PoolsOperation | 'plan'>;

/** Whether an operation changes pools and leases alone. */
export function isPoolsOperation(name: string): name is PoolsOperation {
  return Object.hasOwn(poolChanges, name);
}

/** Answers from a store, and changes it. It stays its opener's to close. */
export function openState(store: Store): State {
  const context = recordsOf(store);
  const changing = Object.entries(poolChanges).map(([name, handle]) => [
    name,
    (input: object, options: CallOptions = {}) => handle(context, input as never, options),
  ]);
  return {
    ...openRecords(store),
    ...(Object.fromEntries(changing) as Pick<Api, PoolsOperation>),
    plan: (input) => planOn(store, input),
  };
}

/** Carries changes out on a copy. They have no part in the kernel, and so no steps. */
async function planOn(store: Store, { changes }: Input<'plan'>): Promise<Output<'plan'>> {
  await using copy = await MemoryStore.copyOf(store);
  const api = openState(copy);
  const results: unknown[] = [];
  for (const { operation, input } of changes)
    results.push(await api[operation as PoolsOperation](input as never));
  return { steps: [], results };
}
