import type { Store, StoreCommit, StoreValue } from './store.ts';
import { StoreInvalidError } from './store-errors.ts';

/** A commit that demands and does nothing, for the tests of the contract to add to. */
export const nothing: StoreCommit = { checks: [], puts: [], deletes: [] };

/** Commits without any demand, which no store may refuse, and returns the revision. */
export async function write(
  store: Store,
  puts: Readonly<Record<string, StoreValue>>,
  deletes: readonly string[] = [],
): Promise<number> {
  const entries = Object.entries(puts).map(([key, value]) => ({ key, value }));
  const revision = await store.commit({ ...nothing, puts: entries, deletes });
  if (revision !== undefined) return revision;
  throw new StoreInvalidError('write', 'without checks', 'the store reports a conflict');
}
