import { Inventory } from '@tsnet/core/inventory';
import { Ipam, type Store } from '@tsnet/ipam';

/** What reads work with. */
export interface RecordsContext {
  readonly store: Store;
  readonly inventory: Inventory;
  readonly ipam: Ipam;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What reads of a store work with. */
export function recordsOf(store: Store, now: () => number = Date.now): RecordsContext {
  return { store, now, inventory: new Inventory(store, now), ipam: new Ipam(store, { now }) };
}
