import type { ReadSource, TransactionEntry } from './read-source.ts';
import type { StoreListOptions, StoreValue } from './store.ts';
import { endOfPrefix } from './store-key.ts';

/** What a key is to become; `null` stands for a delete. */
type Written = StoreValue | null;

/** Writes that are not committed yet, over what is read beneath them. */
export class WriteBuffer implements ReadSource {
  readonly #source: ReadSource;
  readonly #written = new Map<string, Written>();
  /** Keys that the parts under way have written, the newest last, and what they were to become before. */
  readonly #overwritten: (readonly [key: string, before: Written | undefined])[] = [];
  #parts = 0;

  constructor(source: ReadSource) {
    this.#source = source;
  }

  async get(key: string): Promise<StoreValue | undefined> {
    const value = this.#written.get(key);
    return value === undefined ? this.#source.get(key) : (value ?? undefined);
  }

  async getMany(keys: readonly string[]): Promise<readonly (StoreValue | undefined)[]> {
    const unwritten = keys.filter((key) => !this.#written.has(key));
    if (unwritten.length === keys.length) return this.#source.getMany(keys);
    const values = await this.#source.getMany(unwritten);
    const read = new Map(unwritten.map((key, index) => [key, values[index]]));
    return keys.map((key) => this.#written.get(key) ?? read.get(key));
  }

  async list(prefix: string, { after, limit }: StoreListOptions): Promise<readonly TransactionEntry[]> {
    const own = this.#ownWrites(prefix, after ?? '');
    const deleted = own.reduce((count, [, value]) => (value === null ? count + 1 : count), 0);
    // Own deletes hide entries, so that many more are needed to fill the limit.
    const fetched = limit === undefined ? undefined : limit + deleted;
    const entries = await this.#source.list(prefix, { after, limit: fetched });
    if (own.length === 0) return entries;
    const through = entries.length === fetched ? entries.at(-1)?.key : undefined;
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

  get isEmpty(): boolean {
    return this.#written.size === 0;
  }

  /** What is to be done. */
  get changes(): { readonly puts: readonly TransactionEntry[]; readonly deletes: readonly string[] } {
    const puts: TransactionEntry[] = [];
    const deletes: string[] = [];
    for (const [key, value] of this.#written) {
      if (value === null) deletes.push(key);
      else puts.push({ key, value });
    }
    return { puts, deletes };
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

  #ownWrites(prefix: string, after: string): (readonly [string, Written])[] {
    const end = endOfPrefix(prefix);
    return [...this.#written].filter(([key]) => key >= prefix && key < end && key > after);
  }
}
