import { StoreClosedError } from './errors.ts';
import { SortedKeys } from './sorted-keys.ts';
import type { Store, StoreCommit, StoreEntry, StoreListOptions, StoreRange, StoreValue } from './store.ts';
import { checkCommit, checkKeys, checkList, endOfPrefix } from './store-key.ts';

/** A store that lasts as long as the object: for tests, simulations and plans that are thrown away. */
export class MemoryStore implements Store {
  readonly #entries = new Map<string, StoreEntry>();
  readonly #keys = new SortedKeys();
  #revision = 0;
  #closed = false;

  async get(keys: readonly string[]): Promise<readonly (StoreEntry | undefined)[]> {
    this.#mustBeOpen();
    checkKeys(keys);
    return keys.map((key) => copyEntry(this.#entries.get(key)));
  }

  async list(prefix: string, options: StoreListOptions = {}): Promise<readonly StoreEntry[]> {
    this.#mustBeOpen();
    checkList(prefix, options);
    const { limit = Number.POSITIVE_INFINITY } = options;
    const found: StoreEntry[] = [];
    for (const entry of this.#range(prefix, options.after)) {
      found.push({ ...entry, value: copyValue(entry.value) });
      if (found.length >= limit) break;
    }
    return found;
  }

  async commit(commit: StoreCommit): Promise<number | undefined> {
    this.#mustBeOpen();
    checkCommit(commit);
    const holds =
      commit.checks.every(({ key, revision }) => (this.#entries.get(key)?.revision ?? 0) === revision) &&
      (commit.ranges ?? []).every((range) => this.#isUnchanged(range));
    if (!holds) return undefined;
    if (commit.puts.length === 0 && commit.deletes.length === 0) return this.#revision;

    this.#revision += 1;
    for (const { key, value } of commit.puts) {
      this.#entries.set(key, { key, value: copyValue(value), revision: this.#revision });
      this.#keys.add(key);
    }
    for (const key of commit.deletes) {
      this.#entries.delete(key);
      this.#keys.delete(key);
    }
    return this.#revision;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
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

  #mustBeOpen(): void {
    if (this.#closed) throw new StoreClosedError('the memory store');
  }
}

function copyEntry(entry: StoreEntry | undefined): StoreEntry | undefined {
  return entry && { ...entry, value: copyValue(entry.value) };
}

function copyValue(value: StoreValue): StoreValue {
  return typeof value === 'string' ? value : Uint8Array.from(value);
}
