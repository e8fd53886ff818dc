import { resolve } from 'node:path';
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { StoreClosedError } from './errors.ts';
import { whileBusy } from './patience.ts';
import { isBusy, storeFailure } from './sqlite-failure.ts';
import { ensureFile, openDatabase } from './sqlite-file.ts';
import type { Store, StoreCommit, StoreEntry, StoreListOptions, StoreRange } from './store.ts';
import { checkCommit, checkKeys, checkList, endOfPrefix } from './store-key.ts';

/** Settings of a {@link SqliteStore}. */
export interface SqliteStoreOptions {
  /** How long a call waits for other processes to let go of the file, in milliseconds. Default 5000. */
  readonly busyTimeout?: number | undefined;
}

/**
 * A store in one SQLite file, shared by any number of processes of one host. A commit survives the end of
 * the process, however sudden; a loss of power may take back the last commits, always whole ones.
 *
 * Each call is one synchronous stretch inside: calls of one process never mingle.
 */
export class SqliteStore implements Store {
  readonly #file: string;
  readonly #busyTimeout: number;
  readonly #db: DatabaseSync;
  readonly #sql: Statements;

  private constructor(file: string, busyTimeout: number, db: DatabaseSync) {
    this.#file = file;
    this.#busyTimeout = busyTimeout;
    this.#db = db;
    this.#sql = prepare(db);
  }

  /**
   * Opens the store in a file, and creates both where there is none: the file for its owner alone (0600),
   * missing directories likewise (0700). It needs write access to the directory.
   *
   * @throws StoreSchemaError for a file of a newer tsnet or of another program, StoreCorruptError for one
   * that is damaged or no database, StorePermissionError, StoreUnavailableError. Such a file is not touched.
   */
  static async open(path: string, options: SqliteStoreOptions = {}): Promise<SqliteStore> {
    const { busyTimeout = 5000 } = options;
    const file = resolve(path);
    try {
      ensureFile(file);
      return await whileBusy(busyTimeout, () => new SqliteStore(file, busyTimeout, openDatabase(file)));
    } catch (error) {
      throw storeFailure('open', file, error);
    }
  }

  get(keys: readonly string[]): Promise<readonly (StoreEntry | undefined)[]> {
    return this.#run('read', () => {
      checkKeys(keys);
      if (keys.length < 2) return keys.map((key) => this.#entry(key));
      return this.#inTransaction(this.#sql.begin, () => keys.map((key) => this.#entry(key)));
    });
  }

  list(prefix: string, options: StoreListOptions = {}): Promise<readonly StoreEntry[]> {
    return this.#run('read', () => {
      checkList(prefix, options);
      const { after, limit = -1 } = options;
      return this.#sql.list.all(lowerBound(prefix, after), endOfPrefix(prefix), limit).map(entryOf);
    });
  }

  commit(commit: StoreCommit): Promise<number | undefined> {
    return this.#run('write', () => {
      checkCommit(commit);
      const writes = commit.puts.length + commit.deletes.length > 0;
      return this.#inTransaction(writes ? this.#sql.beginImmediate : this.#sql.begin, () => {
        if (!this.#holds(commit)) return undefined;
        return writes ? this.#write(commit) : this.#head();
      });
    });
  }

  async close(): Promise<void> {
    if (this.#db.isOpen) this.#db.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #entry(key: string): StoreEntry | undefined {
    const row = this.#sql.get.get(key);
    return row && entryOf(row);
  }

  #holds({ checks, ranges = [] }: StoreCommit): boolean {
    return (
      checks.every(({ key, revision }) => (this.#sql.revision.get(key)?.revision ?? 0) === revision) &&
      ranges.every((range) => this.#isUnchanged(range))
    );
  }

  #isUnchanged({ prefix, after, through, entries }: StoreRange): boolean {
    const end = through === undefined ? endOfPrefix(prefix) : behind(through);
    const row = this.#sql.range.get(lowerBound(prefix, after), end);
    const highest = entries.reduce((most, { revision }) => Math.max(most, revision), 0);
    return row?.count === entries.length && row.highest === highest;
  }

  #write({ puts, deletes }: StoreCommit): number {
    this.#sql.advance.run();
    const revision = this.#head();
    for (const { key, value } of puts) this.#sql.put.run(key, value, revision);
    for (const key of deletes) this.#sql.delete.run(key);
    return revision;
  }

  #head(): number {
    return Number(this.#sql.head.get()?.revision);
  }

  /** Commits what `work` did, and takes it back if it throws. */
  #inTransaction<T>(begin: StatementSync, work: () => T): T {
    begin.run();
    try {
      const result = work();
      this.#sql.commit.run();
      return result;
    } catch (error) {
      // SQLite itself has rolled back already after some failures, such as a full disk.
      if (this.#db.isTransaction) this.#sql.rollback.run();
      throw error;
    }
  }

  async #run<T>(operation: string, work: () => T): Promise<T> {
    const attempt = () => {
      if (!this.#db.isOpen) throw new StoreClosedError(this.#file);
      return work();
    };
    try {
      try {
        return attempt();
      } catch (error) {
        // Most calls find no lock and end above, without the cost of a second promise.
        if (!isBusy(error)) throw error;
        return await whileBusy(this.#busyTimeout, attempt);
      }
    } catch (error) {
      throw storeFailure(operation, this.#file, error);
    }
  }
}

type Statements = ReturnType<typeof prepare>;

function prepare(db: DatabaseSync) {
  const columns = 'SELECT key, value, revision FROM entries WHERE';
  return {
    begin: db.prepare('BEGIN'),
    beginImmediate: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    get: db.prepare(`${columns} key = ?`),
    list: db.prepare(`${columns} key >= ? AND key < ? ORDER BY key LIMIT ?`),
    revision: db.prepare('SELECT revision FROM entries WHERE key = ?'),
    range: db.prepare(
      'SELECT count(*) AS count, ifnull(max(revision), 0) AS highest FROM entries WHERE key >= ? AND key < ?',
    ),
    head: db.prepare('SELECT revision FROM head'),
    advance: db.prepare('UPDATE head SET revision = revision + 1'),
    put: db.prepare(
      `INSERT INTO entries VALUES (?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, revision = excluded.revision`,
    ),
    delete: db.prepare('DELETE FROM entries WHERE key = ?'),
  } satisfies Record<string, StatementSync>;
}

function entryOf(row: Record<string, SQLOutputValue>): StoreEntry {
  const { key, value, revision } = row;
  return {
    key: String(key),
    value: value instanceof Uint8Array ? value : String(value),
    revision: Number(revision),
  };
}

function lowerBound(prefix: string, after = ''): string {
  return after < prefix ? prefix : behind(after);
}

/** Sorts behind `key` and before every other key that does: no key holds a control character. */
function behind(key: string): string {
  return `${key}\x01`;
}
