import { type Api, type CallOptions, type Input, makeApi, type OperationName, type Output } from '@tsnet/api';
import type { Engine } from '@tsnet/core';
import type { Store } from '@tsnet/ipam';
import { type ChangeContext, changesOf } from './change-context.ts';
import {
  connect,
  createNetwork,
  deleteNetwork,
  disconnect,
  disconnectSandbox,
  pruneNetworks,
  publish,
  unpublish,
} from './operations/change-networks.ts';
import { poolChanges } from './operations/change-pools.ts';
import { createSandbox, deleteSandbox, listSandboxes } from './operations/change-sandboxes.ts';
import { planWith } from './operations/plan.ts';
import { getStatus, reconcile } from './operations/repair.ts';
import { openRecords, type RecordsOperation } from './records.ts';

/** What a service works with; the store is that of the engine. Its opener closes both. */
export interface ServiceOptions {
  readonly engine: Engine;
  readonly store: Store;
  /** Milliseconds since the epoch; the system's clock by default. */
  readonly now?: () => number;
}

const handlers = {
  createNetwork,
  deleteNetwork,
  pruneNetworks,
  connect,
  disconnect,
  disconnectSandbox,
  publish,
  unpublish,
  ...poolChanges,
  listSandboxes,
  createSandbox,
  deleteSandbox,
  getStatus,
  reconcile,
  plan: (context: ChangeContext, input: Input<'plan'>) => planWith(context, input, serve),
} satisfies {
  [O in Exclude<OperationName, RecordsOperation>]: (
    context: ChangeContext,
    input: Input<O>,
    options: CallOptions,
  ) => Promise<Output<O>>;
};

/**
 * The API, answered by an engine in this process. Changes need what the engine needs.
 *
 * ```ts
 * const api = openService({ engine, store });
 * await api.createNetwork({ name: 'web' });
 * ```
 */
export function openService({ engine, store, now }: ServiceOptions): Api {
  return serve(changesOf(engine, store, now));
}

function serve(context: ChangeContext): Api {
  const records = openRecords(context.store);
  return makeApi((name, input, options) => {
    if (name in records) return (records as Api)[name](input as never);
    const handle = handlers[name as keyof typeof handlers];
    return handle(context, input as never, options) as never;
  });
}
