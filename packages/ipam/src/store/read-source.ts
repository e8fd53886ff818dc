import type { StoreListOptions, StoreValue } from './store.ts';

/** A key and its value as a transaction sees them. */
export interface TransactionEntry {
  readonly key: string;
  readonly value: StoreValue;
}

/** What can be read. */
export interface ReadSource {
  get(key: string): Promise<StoreValue | undefined>;
  getMany(keys: readonly string[]): Promise<readonly (StoreValue | undefined)[]>;
  list(prefix: string, options: StoreListOptions): Promise<readonly TransactionEntry[]>;
}
