import { setImmediate, setTimeout } from 'node:timers/promises';
import { ReadLog } from './read-log.ts';
import type { Store, StoreCommit } from './store.ts';
import { StoreAbortedError, StoreConflictError, StoreInvalidError } from './store-errors.ts';
import { BufferedTransaction, type Transaction } from './transaction.ts';
import { WriteBuffer } from './write-buffer.ts';

/** How {@link transact} goes about it. */
export interface TransactOptions {
  /**
   * The body only reads: it waits for no writer and keeps none waiting, and needs no right to write. Its
   * writes throw TransactionReadOnlyError. Default false.
   */
  readonly readOnly?: boolean | undefined;
  /** Stops it between two attempts, and while it waits for other processes. */
  readonly signal?: AbortSignal | undefined;
  /** How often the body may run, an integer above 0. Default 100. */
  readonly attempts?: number | undefined;
  /** Milliseconds to wait before attempt `attempt` (2, 3, ...). Default {@link randomBackoff}. */
  readonly backoff?: ((attempt: number) => number) | undefined;
}

/**
 * Runs `body` against a consistent view of `store` and commits its writes all at once, or none of them.
 * When another writer was faster, the body runs again from the start: it must have no effect other than
 * through the transaction. An error that the body throws comes out, and nothing is written; unless what
 * the body had read was stale, for then the error may be a product of that, and the body runs again.
 *
 * @throws StoreConflictError when every attempt met a conflict; StoreAbortedError when `signal` fired;
 * and whatever the body or the store throws.
 */
export async function transact<T>(
  store: Store,
  body: (tx: Transaction) => Promise<T>,
  options: TransactOptions = {},
): Promise<T> {
  const { readOnly = false, signal, attempts = 100, backoff = randomBackoff() } = options;
  if (!Number.isSafeInteger(attempts) || attempts < 1) {
    throw new StoreInvalidError('run', 'a transaction', `attempts ${attempts} is not an integer above 0`);
  }
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await pause(backoff(attempt), signal);
    if (signal?.aborted) throw new StoreAbortedError(signal.reason);
    const reads = new ReadLog(store, { readOnly, signal });
    const writes = new WriteBuffer(reads);
    let result: T;
    try {
      result = await BufferedTransaction.run(writes, { mayWrite: !readOnly }, body);
    } catch (error) {
      if (await holds(store, reads, signal)) throw error;
      continue;
    }
    if (isSettled(reads, writes, readOnly)) return result;
    const commit = { ...reads.demands, ...writes.changes };
    if ((await store.commit(commit, { signal })) !== undefined) return result;
  }
  throw new StoreConflictError(attempts);
}

/**
 * Whether the store need not be asked any more: all was read at one moment, and nothing is to be written. One that might
 * have written tells the store in any case, so that it lets other writers go on.
 */
function isSettled(reads: ReadLog, writes: WriteBuffer, readOnly: boolean): boolean {
  return reads.calls === 0 ? writes.isEmpty : readOnly && reads.calls === 1;
}

/**
 * Waits that grow to 20 ms: none before the second attempt, then a random part of a limit that doubles.
 *
 * @param random returns a number from 0 up to but not including 1.
 */
export function randomBackoff(random: () => number = Math.random): (attempt: number) => number {
  return (attempt) => (attempt <= 2 ? 0 : random() * Math.min(20, 2 ** (attempt - 3)));
}

/**
 * Even the shortest pause leaves the microtask queue: transactions of one process that collided then run
 * one after another, each to its end, for a local store answers within microtasks.
 */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    if (milliseconds < 1) await setImmediate();
    else await setTimeout(milliseconds, undefined, { signal });
  } catch {
    throw new StoreAbortedError(signal?.reason);
  }
}

async function holds(store: Store, reads: ReadLog, signal: AbortSignal | undefined): Promise<boolean> {
  const commit: StoreCommit = { ...reads.demands, puts: [], deletes: [] };
  try {
    return (await store.commit(commit, { signal })) !== undefined;
  } catch {
    // The store fails too: the body's own error says more.
    return true;
  }
}
