import type { Summary } from '../shared/statistics.ts';

/** All figures of one run; milliseconds. */
export interface Results {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly networks: number;
  readonly endpoints: number;
  readonly ports: number;
  readonly healthy: Summary;
  readonly flushed: Summary;
  /** `nft`, which prints the table, and loads what it has printed. */
  readonly nft: { readonly list: Summary; readonly load: Summary };
  readonly applied: number;
  readonly apply: Summary | undefined;
  readonly destroy: Summary | undefined;
  /** A connect with the operation on record, and without. */
  readonly journal: { readonly with: Summary; readonly without: Summary } | undefined;
}
