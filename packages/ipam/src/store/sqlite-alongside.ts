import type { DatabaseSync } from 'node:sqlite';
import { StoreInvalidError } from './store-errors.ts';

/** What a caller does in the SQLite transaction of a commit. */
export type AlongsideWork = (db: DatabaseSync) => void;

/**
 * Hands a guarded form of `work` to `commit`: it refuses work that goes on behind its return or ends the
 * transaction, and an error of its own comes out as it is, not as one of the store.
 */
export async function runAlongside<T>(
  work: AlongsideWork,
  commit: (guarded: AlongsideWork) => Promise<T>,
): Promise<T> {
  let failure: { readonly error: unknown } | undefined;
  try {
    return await commit((db) => {
      try {
        failure = undefined;
        perform(work, db);
      } catch (error) {
        failure = { error };
        throw error;
      }
    });
  } catch (error) {
    throw failure ? failure.error : error;
  }
}

function perform(work: (db: DatabaseSync) => unknown, db: DatabaseSync): void {
  // It lies in the transaction of the commit: whoever ends that ends this too, even if another one is begun.
  db.exec('SAVEPOINT tsnet_alongside');
  const result = work(db);
  if (typeof result === 'object' && result !== null && 'then' in result) {
    // Whatever becomes of it comes too late to matter.
    Promise.resolve(result).catch(() => undefined);
    throw new StoreInvalidError('write', 'tables alongside', 'the work returned a promise');
  }
  try {
    db.exec('RELEASE tsnet_alongside');
  } catch {
    throw new StoreInvalidError('write', 'tables alongside', 'the work ended the transaction');
  }
}
