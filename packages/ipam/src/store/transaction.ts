import type { Store, StoreCheck, StoreCommit, StoreListOptions, StoreRange, StoreValue } from './store.ts';
import { TransactionEndedError, TransactionReadOnlyError } from './store-errors.ts';
import { endOfPrefix } from './store-key.ts';

/** A key and its value as a transaction sees them. */
export interface TransactionEntry {
  readonly key: string;
  readonly value: StoreValue;
}

/**
 * A view of a store in which a body of code reads, and writes without others seeing it until all is
 * committed at once. Reads see the transaction's own writes. Values handed in or out must not be changed.
 */
export interface Transaction {
  /** The value under `key`, or `undefined`. Asked again, the answer is the same. */
  get(key: string): Promise<StoreValue | undefined>;
  /** The same for several keys, with one call to the store for all that are not known yet. */
  getMany(keys: readonly string[]): Promise<readonly (StoreValue | undefined)[]>;
  /** Keys that begin with `prefix`, in key order. The commit fails if another writer changes this list. */
  list(prefix: string, options?: StoreListOptions): Promise<readonly TransactionEntry[]>;
  put(key: string, value: StoreValue): void;
  delete(key: string): void;
  /** Runs a part of the body; when it throws, what it wrote is taken back, and the error comes out. */
  nested<T>(part: () => Promise<T>): Promise<T>;
}

interface Seen {
  readonly value: StoreValue | undefined;
  readonly revision: number;
}

/** The transaction that {@link transact} hands to a body: it remembers what was read and what to write. */
export class BufferedTransaction implements Transaction {
  readonly #store: Store;
  readonly #readOnly: boolean;
  readonly #read = new Map<string, Seen>();
  /** Read by a list: the range already demands that these stay, so they need no check of their own. */
  readonly #listed = new Map<string, Seen>();
  readonly #ranges: StoreRange[] = [];
  /** `undefined` marks a delete. */
  readonly #written = new Map<string, StoreValue | undefined>();
  /** How to take back what nested parts wrote, the newest last; `undefined` outside of them. */
  #undo: (() => void)[] | undefined;
  #calls = 0;
  #ended = false;

  constructor(store: Store, readOnly = false) {
    this.#store = store;
    this.#readOnly = readOnly;
  }

  async get(key: string): Promise<StoreValue | undefined> {
    const [value] = await this.getMany([key]);
    return value;
  }

  async getMany(keys: readonly string[]): Promise<readonly (StoreValue | undefined)[]> {
    this.#mustBeOpen('read');
    const unknown = keys.filter((key) => !this.#knows(key));
    if (unknown.length > 0) {
      this.#calls += 1;
      const entries = await this.#store.get(unknown, { forUpdate: !this.#readOnly });
      for (const [index, key] of unknown.entries()) {
        const entry = entries[index];
        // Two reads of one key may overlap; the first answer stays, and the commit finds out if it is stale.
        if (!this.#knows(key)) this.#read.set(key, { value: entry?.value, revision: entry?.revision ?? 0 });
      }
    }
    return keys.map((key) => this.#valueOf(key));
  }

  async list(prefix: string, options: StoreListOptions = {}): Promise<readonly TransactionEntry[]> {
    this.#mustBeOpen('list');
    const { after, limit } = options;
    const own = this.#ownWrites(prefix, after ?? '');
    const deleted = own.reduce((count, [, value]) => (value === undefined ? count + 1 : count), 0);
    // Own deletes hide entries, so that many more are needed to fill the limit.
    const fetched = limit === undefined ? undefined : limit + deleted;
    this.#calls += 1;
    const entries = await this.#store.list(prefix, {
      after,
      limit: fetched,
      forUpdate: !this.#readOnly,
    });
    const through = entries.length === fetched ? entries.at(-1)?.key : undefined;
    this.#ranges.push({ prefix, after, through, entries });

    const merged = new Map<string, StoreValue>();
    for (const entry of entries) {
      if (!this.#knows(entry.key)) this.#listed.set(entry.key, entry);
      merged.set(entry.key, entry.value);
    }
    if (own.length === 0) return entries;
    for (const [key, value] of own) {
      if (value === undefined) merged.delete(key);
      else if (through === undefined || key <= through) merged.set(key, value);
    }
    return [...merged]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([key, value]) => ({ key, value }));
  }

  put(key: string, value: StoreValue): void {
    this.#mustBeWritable('write', key);
    this.#write(key, value);
  }

  delete(key: string): void {
    this.#mustBeWritable('delete', key);
    this.#write(key, undefined);
  }

  async nested<T>(part: () => Promise<T>): Promise<T> {
    const outer = this.#undo;
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      const result = await part();
      outer?.push(...undo);
      return result;
    } catch (error) {
      for (const takeBack of undo.reverse()) takeBack();
      throw error;
    } finally {
      this.#undo = outer;
    }
  }

  /**
   * Whether the store need not be asked any more: all was read at one moment, and nothing is to be written.
   * One that might have written tells the store in any case, so that it lets other writers go on.
   */
  get isSettled(): boolean {
    return this.#calls === 0 ? this.#written.size === 0 : this.#readOnly && this.#calls === 1;
  }

  /** Takes no more reads or writes, and returns what to commit. */
  end(): StoreCommit {
    this.#ended = true;
    const checks: StoreCheck[] = [];
    for (const [key, seen] of this.#read) checks.push({ key, revision: seen.revision });
    const puts: TransactionEntry[] = [];
    const deletes: string[] = [];
    for (const [key, value] of this.#written) {
      if (value === undefined) deletes.push(key);
      else puts.push({ key, value });
    }
    return { checks, ranges: this.#ranges, puts, deletes };
  }

  #write(key: string, value: StoreValue | undefined): void {
    if (this.#undo) {
      const previous = this.#written.get(key);
      const takeBack = this.#written.has(key)
        ? () => this.#written.set(key, previous)
        : () => this.#written.delete(key);
      this.#undo.push(takeBack);
    }
    this.#written.set(key, value);
  }

  #knows(key: string): boolean {
    return this.#written.has(key) || this.#read.has(key) || this.#listed.has(key);
  }

  #valueOf(key: string): StoreValue | undefined {
    if (this.#written.has(key)) return this.#written.get(key);
    return (this.#read.get(key) ?? this.#listed.get(key))?.value;
  }

  #ownWrites(prefix: string, after: string): (readonly [string, StoreValue | undefined])[] {
    const end = endOfPrefix(prefix);
    return [...this.#written].filter(([key]) => key >= prefix && key < end && key > after);
  }

  #mustBeWritable(verb: string, key: string): void {
    this.#mustBeOpen(verb);
    if (this.#readOnly) throw new TransactionReadOnlyError(verb, key);
  }

  #mustBeOpen(verb: string): void {
    if (this.#ended) throw new TransactionEndedError(verb);
  }
}
