import type { Store, StoreCheck, StoreCommit, StoreListOptions, StoreRange, StoreValue } from './store.ts';
import { endOfPrefix } from './store-key.ts';
import type { TransactionEntry } from './transaction.ts';

/** How a buffer asks its store. */
export interface BufferOptions {
  /** The commit is to write nothing. */
  readonly readOnly: boolean;
  readonly signal: AbortSignal | undefined;
}

interface Seen {
  readonly value: StoreValue | undefined;
  readonly revision: number;
}

/** What a key was to become before it was written again. */
interface Overwritten {
  readonly key: string;
  readonly value: StoreValue | undefined;
  readonly wasWritten: boolean;
}

/** What one attempt of a transaction has read of its store, and what it is to write. */
export class TransactionBuffer {
  readonly #store: Store;
  readonly #options: BufferOptions;
  readonly #read = new Map<string, Seen>();
  /** Read by a list: the range already demands that these stay, so they need no check of their own. */
  readonly #listed = new Map<string, Seen>();
  readonly #ranges: StoreRange[] = [];
  /** `undefined` marks a delete. */
  readonly #written = new Map<string, StoreValue | undefined>();
  /** What the parts under way have overwritten, the newest last. */
  readonly #overwritten: Overwritten[] = [];
  #parts = 0;
  #calls = 0;

  constructor(store: Store, options: BufferOptions) {
    this.#store = store;
    this.#options = options;
  }

  async getMany(keys: readonly string[]): Promise<readonly (StoreValue | undefined)[]> {
    const unknown = keys.filter((key) => !this.#knows(key));
    if (unknown.length > 0) {
      this.#calls += 1;
      const entries = await this.#store.get(unknown, this.#intent());
      for (const [index, key] of unknown.entries()) {
        const entry = entries[index];
        // Two reads of one key may overlap; the first answer stays, and the commit finds out if it is stale.
        if (!this.#knows(key)) this.#read.set(key, { value: entry?.value, revision: entry?.revision ?? 0 });
      }
    }
    return keys.map((key) => this.#valueOf(key));
  }

  async list(prefix: string, { after, limit }: StoreListOptions): Promise<readonly TransactionEntry[]> {
    const own = this.#ownWrites(prefix, after ?? '');
    const deleted = own.reduce((count, [, value]) => (value === undefined ? count + 1 : count), 0);
    // Own deletes hide entries, so that many more are needed to fill the limit.
    const fetched = limit === undefined ? undefined : limit + deleted;
    this.#calls += 1;
    const entries = await this.#store.list(prefix, { after, limit: fetched, ...this.#intent() });
    const through = entries.length === fetched ? entries.at(-1)?.key : undefined;
    this.#ranges.push({ prefix, after, through, entries });

    for (const entry of entries) if (!this.#knows(entry.key)) this.#listed.set(entry.key, entry);
    if (own.length === 0) return entries;
    const merged = new Map<string, StoreValue>(entries.map(({ key, value }) => [key, value]));
    for (const [key, value] of own) {
      if (value === undefined) merged.delete(key);
      else if (through === undefined || key <= through) merged.set(key, value);
    }
    return [...merged]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([key, value]) => ({ key, value }));
  }

  /** Writes a value; `undefined` deletes. */
  write(key: string, value: StoreValue | undefined): void {
    if (this.#parts > 0) {
      const wasWritten = this.#written.has(key);
      this.#overwritten.push({ key, value: this.#written.get(key), wasWritten });
    }
    this.#written.set(key, value);
  }

  /** Begins a part, whose writes can be taken back. Parts lie one in another: to end one ends those in it. */
  beginPart(): { end(keepsWrites: boolean): void } {
    const start = this.#overwritten.length;
    const outer = this.#parts;
    this.#parts += 1;
    return {
      end: (keepsWrites) => {
        if (!keepsWrites) this.#takeBack(start);
        this.#parts = outer;
        // What a part keeps is still taken back with the part around it.
        if (outer === 0) this.#overwritten.length = 0;
      },
    };
  }

  /**
   * Whether the store need not be asked any more: all was read at one moment, and nothing is to be written.
   * One that might have written tells the store in any case, so that it lets other writers go on.
   */
  get isSettled(): boolean {
    return this.#calls === 0 ? this.#written.size === 0 : this.#options.readOnly && this.#calls === 1;
  }

  /** What to commit. */
  commit(): StoreCommit {
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

  #takeBack(start: number): void {
    for (const { key, value, wasWritten } of this.#overwritten.splice(start).reverse()) {
      if (wasWritten) this.#written.set(key, value);
      else this.#written.delete(key);
    }
  }

  #intent(): { readonly forUpdate: boolean; readonly signal: AbortSignal | undefined } {
    const { readOnly, signal } = this.#options;
    return { forUpdate: !readOnly, signal };
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
}
