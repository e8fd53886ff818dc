import { type GroupCommit, type Store, type Transaction, transact } from '@tsnet/ipam';
import type { NetnsDirectory } from '@tsnet/netns';
import type { Driver } from './driver.ts';
import { DriverNotFoundError } from './errors.ts';
import type { Host } from './host/host.ts';
import type { PendingWork } from './pending-work.ts';
import type { StepObserver } from './plan.ts';

/** What every operation of the engine works with. */
export interface EngineContext {
  readonly host: Host;
  readonly store: Store;
  /** Where operations that run at once share their commits. */
  readonly commits: GroupCommit;
  readonly drivers: readonly Driver[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Makes an id of twelve hexadecimal digits that nothing else has. */
  readonly newId: () => string;
  readonly onStep: StepObserver | undefined;
  /** Where namespaces have names. */
  readonly sandboxes: NetnsDirectory;
  /** Store and sandboxes are copies, and of plans only what they do to those is done. */
  readonly isRehearsal: boolean;
  /** What is going, and may be in the way of what comes. */
  readonly pending: PendingWork;
  /** What neighbors are being told, which is in nobody's way. */
  readonly announcements: PendingWork;
}

/** Finds a driver by name. @throws {@link DriverNotFoundError} */
export function driverOf(context: EngineContext, name: string): Driver {
  const driver = context.drivers.find((candidate) => candidate.name === name);
  if (driver === undefined)
    throw new DriverNotFoundError(
      name,
      context.drivers.map((known) => known.name),
    );
  return driver;
}

/** Runs a body that may write to the context's store: see `transact`. */
export function inTransaction<T>(context: EngineContext, body: (tx: Transaction) => Promise<T>): Promise<T> {
  return context.commits.run(body);
}

/** Runs a body that only reads, in nobody's way: see `transact`. */
export function inSnapshot<T>(context: EngineContext, body: (tx: Transaction) => Promise<T>): Promise<T> {
  return transact(context.store, body, { readOnly: true });
}
