import type { Store, StoreCheck, StoreCommit, StoreListOptions, StoreRange, StoreValue } from './store.ts';
import { endOfPrefix } from './store-key.ts';
import type { TransactionEntry } from './transaction.ts';

/** How a buffer asks its store. */
export interface BufferOptions {
  /** The commit is to write nothing. */
  readonly readOnly: boolean;
  readonly signal: AbortSignal | undefined;
}

/** What the store said of a key. */
interface Seen {
  readonly value: StoreValue | undefined;
  readonly revision: number;
  /** A range demands already that it stays as it is, so that it needs no check of its own. */
  readonly isListed: boolean;
}

/** What a key is to become; `null` stands for a delete. */
type Written = StoreValue | null;

/** What one attempt of a transaction has read of its store, and what it is to write. */
export class TransactionBuffer {
  readonly #store: Store;
  readonly #options: BufferOptions;
  readonly #seen = new Map<string, Seen>();
  readonly #ranges: StoreRange[] = [];
  readonly #written = new Map<string, Written>();
  /** Keys that the parts under way have written, the newest last, and what they were to become before. */
  readonly #overwritten: (readonly [key: string, before: Written | undefined])[] = [];
  #parts = 0;
  #calls = 0;

  constructor(store: Store, options: BufferOptions) {
    this.#store = store;
    this.#options = options;
  }

  async get(key: string): Promise<StoreValue | undefined> {
    if (!this.#knows(key)) await this.#read([key]);
    return this.#valueOf(key);
  }

  async getMany(keys: readonly string[]): Promise<readonly (StoreValue | undefined)[]> {
    const unknown = keys.filter((key) => !this.#knows(key));
    if (unknown.length > 0) await this.#read(unknown);
    return keys.map((key) => this.#valueOf(key));
  }

  async list(prefix: string, { after, limit }: StoreListOptions): Promise<readonly TransactionEntry[]> {
    const own = this.#ownWrites(prefix, after ?? '');
    const deleted = own.reduce((count, [, value]) => (value === null ? count + 1 : count), 0);
    // Own deletes hide entries, so that many more are needed to fill the limit.
    const fetched = limit === undefined ? undefined : limit + deleted;
    this.#calls += 1;
    const entries = await this.#store.list(prefix, { after, limit: fetched, ...this.#intent() });
    const through = entries.length === fetched ? entries.at(-1)?.key : undefined;
    this.#ranges.push({ prefix, after, through, entries });

    for (const { key, value, revision } of entries) {
      if (!this.#knows(key)) this.#seen.set(key, { value, revision, isListed: true });
    }
    if (own.length === 0) return entries;
    const merged = new Map<string, StoreValue>(entries.map(({ key, value }) => [key, value]));
    for (const [key, value] of own) {
      if (value === null) merged.delete(key);
      else if (through === undefined || key <= through) merged.set(key, value);
    }
    return [...merged]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([key, value]) => ({ key, value }));
  }

  put(key: string, value: StoreValue): void {
    this.#write(key, value);
  }

  delete(key: string): void {
    this.#write(key, null);
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
    for (const [key, { revision, isListed }] of this.#seen) if (!isListed) checks.push({ key, revision });
    const puts: TransactionEntry[] = [];
    const deletes: string[] = [];
    for (const [key, value] of this.#written) {
      if (value === null) deletes.push(key);
      else puts.push({ key, value });
    }
    return { checks, ranges: this.#ranges, puts, deletes };
  }

  #takeBack(start: number): void {
    for (const [key, before] of this.#overwritten.splice(start).reverse()) {
      if (before === undefined) this.#written.delete(key);
      else this.#written.set(key, before);
    }
  }

  #write(key: string, value: Written): void {
    if (this.#parts > 0) this.#overwritten.push([key, this.#written.get(key)]);
    this.#written.set(key, value);
  }

  #intent(): { readonly forUpdate: boolean; readonly signal: AbortSignal | undefined } {
    const { readOnly, signal } = this.#options;
    return { forUpdate: !readOnly, signal };
  }

  async #read(keys: readonly string[]): Promise<void> {
    this.#calls += 1;
    const entries = await this.#store.get(keys, this.#intent());
    for (const [index, key] of keys.entries()) {
      const entry = entries[index];
      // Two reads of one key may overlap; the first answer stays, and the commit finds out if it is stale.
      if (this.#knows(key)) continue;
      this.#seen.set(key, { value: entry?.value, revision: entry?.revision ?? 0, isListed: false });
    }
  }

  #knows(key: string): boolean {
    return this.#seen.has(key) || this.#written.has(key);
  }

  #valueOf(key: string): StoreValue | undefined {
    const value = this.#written.get(key);
    return value === undefined ? this.#seen.get(key)?.value : (value ?? undefined);
  }

  #ownWrites(prefix: string, after: string): (readonly [string, Written])[] {
    const end = endOfPrefix(prefix);
    return [...this.#written].filter(([key]) => key >= prefix && key < end && key > after);
  }
}
