import { SortedKeys } from './sorted-keys.ts';
import type {
  Store,
  StoreChange,
  StoreCommit,
  StoreEntry,
  StoreListOptions,
  StoreRange,
  StoreReadOptions,
  StoreValue,
  StoreWatchOptions,
} from './store.ts';
import { StoreChangesLostError, StoreClosedError } from './store-errors.ts';
import { checkCommit, checkKey, checkList, endOfPrefix } from './store-key.ts';
import { Turns } from './turns.ts';
import {
  Bell,
  type ChangePage,
  keptChanges,
  type LoggedCommit,
  standingChanges,
  watchChanges,
} from './watch.ts';

/** A store that lasts as long as the object: for tests, simulations and plans that are thrown away. */
export class MemoryStore implements Store {
  readonly #entries = new Map<string, StoreEntry>();
  readonly #keys = new SortedKeys();
  readonly #bell = new Bell();
  /** The newest commits, oldest first: all behind the revision `#forgotten`. */
  readonly #log: LoggedCommit[] = [];
  #forgotten = 0;
  #revision = 0;
  readonly #turns = new Turns();
  #closed = false;

  /** Makes one that begins with what another store holds at one moment. */
  static async copyOf(store: Store): Promise<MemoryStore> {
    const copy = new MemoryStore();
    const puts = await store.list('');
    if (puts.length > 0) copy.#write({ checks: [], puts, deletes: [] });
    return copy;
  }

  async get(
    keys: readonly string[],
    { forUpdate = false }: StoreReadOptions = {},
  ): Promise<readonly (StoreEntry | undefined)[]> {
    this.#mustBeOpen();
    for (const key of keys) checkKey(key);
    const entries = keys.map((key) => this.#find(key));
    if (!forUpdate) await this.#takeTurn();
    return entries;
  }

  async list(prefix: string, options: StoreListOptions = {}): Promise<readonly StoreEntry[]> {
    this.#mustBeOpen();
    checkList(prefix, options);
    const { limit = Number.POSITIVE_INFINITY, forUpdate = false } = options;
    const found: StoreEntry[] = [];
    for (const entry of this.#range(prefix, options.after)) {
      found.push(copyEntry(entry));
      if (found.length >= limit) break;
    }
    if (!forUpdate) await this.#takeTurn();
    return found;
  }

  async commit(commit: StoreCommit): Promise<number | undefined> {
    this.#mustBeOpen();
    checkCommit(commit);
    const holds =
      commit.checks.every(({ key, revision }) => (this.#entries.get(key)?.revision ?? 0) === revision) &&
      (commit.ranges ?? []).every((range) => this.#isUnchanged(range));
    if (!holds) {
      await this.#takeTurn();
      return undefined;
    }
    if (commit.puts.length + commit.deletes.length > 0) this.#write(commit);
    const revision = this.#revision;
    await this.#takeTurn();
    return revision;
  }

  async revision(): Promise<number> {
    this.#mustBeOpen();
    const revision = this.#revision;
    await this.#takeTurn();
    return revision;
  }

  watch(prefix: string, options: StoreWatchOptions = {}): AsyncIterable<StoreChange> {
    const log = {
      bell: this.#bell,
      isOpen: () => !this.#closed,
      revision: () => this.revision(),
      changesAfter: async (after: number) => this.#changesAfter(after, prefix),
    };
    return watchChanges(log, prefix, options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#bell.ring();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #find(key: string): StoreEntry | undefined {
    const entry = this.#entries.get(key);
    return entry && copyEntry(entry);
  }

  *#range(prefix: string, after = '', through = '\x7f'): Generator<StoreEntry, void, undefined> {
    for (const key of this.#keys.between(after > prefix ? after : prefix, endOfPrefix(prefix))) {
      if (key > through) return;
      const entry = this.#entries.get(key);
      if (entry && key > after) yield entry;
    }
  }

  #isUnchanged({ prefix, after, through, entries }: StoreRange): boolean {
    let index = 0;
    for (const entry of this.#range(prefix, after, through)) {
      const expected = entries[index];
      if (expected?.key !== entry.key || expected.revision !== entry.revision) return false;
      index += 1;
    }
    return index === entries.length;
  }

  #write({ puts, deletes }: StoreCommit): void {
    const revision = this.#revision + puts.length + deletes.length;
    this.#revision = revision;
    for (const { key, value } of puts) {
      this.#entries.set(key, { key, value: copyValue(value), revision });
      this.#keys.add(key);
    }
    for (const key of deletes) {
      this.#entries.delete(key);
      this.#keys.delete(key);
    }
    this.#log.push({ revision, puts: puts.map(({ key }) => key), deletes: [...deletes] });
    if (revision - this.#forgotten > 2 * keptChanges) this.#forget(revision - keptChanges);
    this.#bell.ring();
  }

  /** Forgets the commits up to a revision, save the newest. */
  #forget(through: number): void {
    const count = this.#log.findLastIndex(({ revision }) => revision <= through) + 1;
    const [last] = this.#log.splice(0, count).slice(-1);
    if (last) this.#forgotten = last.revision;
  }

  #changesAfter(after: number, prefix: string): ChangePage {
    this.#mustBeOpen();
    if (after < this.#forgotten) throw new StoreChangesLostError(after, this.#forgotten);
    const start = this.#log.findLastIndex(({ revision }) => revision <= after) + 1;
    const changes = standingChanges(this.#log.slice(start), prefix, (key) => this.#find(key));
    return { changes, through: Math.max(after, this.#revision) };
  }

  async #takeTurn(): Promise<void> {
    if (this.#turns.isDue()) await this.#turns.pass();
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new StoreClosedError('the memory store');
  }
}

function copyEntry(entry: StoreEntry): StoreEntry {
  return { ...entry, value: copyValue(entry.value) };
}

function copyValue(value: StoreValue): StoreValue {
  return typeof value === 'string' ? value : Uint8Array.from(value);
}
