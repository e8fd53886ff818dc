import type { StoreChange, StoreEntry, StoreWatchOptions } from './store.ts';
import { checkWatch } from './store-key.ts';

/**
 * How many changed keys a log keeps at least. Local stores raise the revision by the count of keys that a
 * commit names, so that this bounds the log's size whatever the size of its commits.
 */
export const keptChanges = 65_536;

/** One commit as a log keeps it. */
export interface LoggedCommit {
  readonly revision: number;
  readonly puts: readonly string[];
  readonly deletes: readonly string[];
}

/** A part of a log: the changes behind a revision, up to another. */
export interface ChangePage {
  readonly changes: readonly StoreChange[];
  /** The revision up to which the page reaches: that from which it was asked for when nothing is newer. */
  readonly through: number;
}

/** What {@link watchChanges} needs of a store. */
export interface ChangeLog {
  readonly bell: Bell;
  isOpen(): boolean;
  revision(): Promise<number>;
  /** Changes of the keys that are watched. @throws StoreChangesLostError */
  changesAfter(after: number): Promise<ChangePage>;
}

/** Wakes those who wait for news. News are counted, so that those which come before the wait are not missed. */
export class Bell {
  readonly #waiting = new Set<() => void>();
  #rings = 0;

  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings += 1;
    for (const wake of this.#waiting) wake();
  }

  /** Waits until there were more rings than `heard`, or the signal fires. */
  async beyond(heard: number, signal?: AbortSignal): Promise<void> {
    if (this.#rings > heard || signal?.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.#waiting.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
    await promise;
    this.#waiting.delete(wake);
    signal?.removeEventListener('abort', wake);
  }
}

/** `Store.watch` on top of a log. */
export async function* watchChanges(
  log: ChangeLog,
  prefix: string,
  { after, signal }: StoreWatchOptions,
): AsyncGenerator<StoreChange, void, undefined> {
  checkWatch(prefix, after);
  const isOver = () => signal?.aborted === true || !log.isOpen();
  let seen = after ?? (await log.revision());
  while (signal?.aborted !== true) {
    const heard = log.bell.rings;
    const { changes, through } = await log.changesAfter(seen);
    for (const change of changes) {
      if (isOver()) return;
      yield change;
    }
    if (through === seen) await log.bell.beyond(heard, signal);
    if (isOver()) return;
    seen = through;
  }
}

/**
 * The changes in some commits, oldest first, as far as they still stand. One that a later commit undid is
 * left out, for that commit comes in its turn.
 */
export function standingChanges(
  commits: readonly LoggedCommit[],
  prefix: string,
  find: (key: string) => StoreEntry | undefined,
): readonly StoreChange[] {
  const changes: StoreChange[] = [];
  for (const { revision, puts, deletes } of commits) {
    for (const key of puts) {
      if (!key.startsWith(prefix)) continue;
      const entry = find(key);
      if (entry?.revision === revision) changes.push(entry);
    }
    for (const key of deletes) {
      if (key.startsWith(prefix) && find(key) === undefined) {
        changes.push({ key, revision, value: undefined });
      }
    }
  }
  return changes;
}
