import type { ReadSource, TransactionEntry } from './read-source.ts';
import type { Store, StoreCheck, StoreListOptions, StoreRange, StoreValue } from './store.ts';
import { StoreAbortedError } from './store-errors.ts';

/** How a store is asked. */
export interface ReadLogOptions {
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

/** What one attempt of a transaction reads of its store, and so demands of the commit. */
export class ReadLog implements ReadSource {
  readonly #store: Store;
  readonly #options: ReadLogOptions;
  readonly #seen = new Map<string, Seen>();
  readonly #ranges: StoreRange[] = [];
  #calls = 0;

  constructor(store: Store, options: ReadLogOptions) {
    this.#store = store;
    this.#options = options;
  }

  async get(key: string): Promise<StoreValue | undefined> {
    if (!this.#seen.has(key)) await this.#read([key]);
    return this.#seen.get(key)?.value;
  }

  async getMany(keys: readonly string[]): Promise<readonly (StoreValue | undefined)[]> {
    const unknown = keys.filter((key) => !this.#seen.has(key));
    if (unknown.length > 0) await this.#read(unknown);
    return keys.map((key) => this.#seen.get(key)?.value);
  }

  async list(prefix: string, { after, limit }: StoreListOptions): Promise<readonly TransactionEntry[]> {
    this.#calls += 1;
    const entries = await this.#store.list(prefix, { after, limit, ...this.#intent() });
    const through = entries.length === limit ? entries.at(-1)?.key : undefined;
    this.#ranges.push({ prefix, after, through, entries });
    for (const { key, value, revision } of entries) {
      if (!this.#seen.has(key)) this.#seen.set(key, { value, revision, isListed: true });
    }
    return entries;
  }

  /** How often the store was asked. */
  get calls(): number {
    return this.#calls;
  }

  /** That all is as it was read. */
  get demands(): { readonly checks: readonly StoreCheck[]; readonly ranges: readonly StoreRange[] } {
    const checks: StoreCheck[] = [];
    for (const [key, { revision, isListed }] of this.#seen) if (!isListed) checks.push({ key, revision });
    return { checks, ranges: this.#ranges };
  }

  async #read(keys: readonly string[]): Promise<void> {
    this.#calls += 1;
    const entries = await this.#store.get(keys, this.#intent());
    for (const [index, key] of keys.entries()) {
      const entry = entries[index];
      // Two reads of one key may overlap; the first answer stays, and the commit finds out if it is stale.
      if (this.#seen.has(key)) continue;
      this.#seen.set(key, { value: entry?.value, revision: entry?.revision ?? 0, isListed: false });
    }
  }

  #intent(): { readonly forUpdate: boolean; readonly signal: AbortSignal | undefined } {
    const { readOnly, signal } = this.#options;
    if (signal?.aborted) throw new StoreAbortedError(signal.reason);
    return { forUpdate: !readOnly, signal };
  }
}
