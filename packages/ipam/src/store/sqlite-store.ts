import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { FilePlace } from './file-place.ts';
import { whileBusy } from './patience.ts';
import { type AlongsideWork, runAlongside } from './sqlite-alongside.ts';
import { isBusy, storeFailure } from './sqlite-failure.ts';
import {
  ensureFile,
  hasLog,
  mustBeReadable,
  openDatabase,
  removeEmptyLog,
  type StoreDurability,
} from './sqlite-file.ts';
import { SqliteNews } from './sqlite-news.ts';
import { SqliteTables } from './sqlite-tables.ts';
import { SqliteTransactions } from './sqlite-transactions.ts';
import type {
  Store,
  StoreCallOptions,
  StoreChange,
  StoreCommit,
  StoreEntry,
  StoreListOptions,
  StoreReadOptions,
  StoreWatchOptions,
} from './store.ts';
import { StoreClosedError } from './store-errors.ts';
import { checkCommit, checkKey, checkList } from './store-key.ts';
import { checkSettings } from './store-settings.ts';
import { Turns } from './turns.ts';
import { watchChanges } from './watch.ts';

/** Settings of a {@link SqliteStore}. */
export interface SqliteStoreOptions {
  /**
   * How long a call waits for other processes to let go of the file, in milliseconds; at most 2^31 - 1. Default
   * 5000.
   */
  readonly busyTimeout?: number | undefined;
  /**
   * What a commit outlives. `process`, the default: the end of the process, however sudden; a loss of power
   * may take back the last commits, always whole ones. `power`: that too, and each commit waits for the disk.
   */
  readonly durability?: StoreDurability | undefined;
  /**
   * Opens a file that exists, of the newest schema, and never writes to it; commits that would throw
   * StorePermissionError. Unless somebody has the file open, SQLite needs the right to write the directory
   * all the same. Default false.
   */
  readonly readOnly?: boolean | undefined;
  /** While somebody watches: how often to look for commits of others, in milliseconds, from 1. Default 50. */
  readonly pollInterval?: number | undefined;
  /** Ends the opening while it waits for other processes: it throws `StoreAbortedError`. */
  readonly signal?: AbortSignal | undefined;
}

interface Settings {
  readonly busyTimeout: number;
  readonly readOnly: boolean;
  readonly pollInterval: number;
  /** Its connection makes a log that it does not take away. */
  readonly leavesLog: boolean;
}

/**
 * A store in one SQLite file, shared by any number of processes of one host.
 *
 * Each call is one synchronous stretch inside. Reads for an update lock the file for other writers until
 * the next commit, or until the event loop turns: a body of `transact` that awaits nothing but its
 * transaction meets no conflict, and one that awaits something else keeps nobody waiting for it.
 */
export class SqliteStore implements Store {
  readonly #file: string;
  readonly #busyTimeout: number;
  readonly #readOnly: boolean;
  readonly #leavesLog: boolean;
  readonly #db: DatabaseSync;
  readonly #tables: SqliteTables;
  readonly #transactions: SqliteTransactions;
  readonly #news: SqliteNews;
  readonly #turns = new Turns();
  readonly #place: FilePlace;

  private constructor(file: string, db: DatabaseSync, options: Settings) {
    this.#file = file;
    this.#busyTimeout = options.busyTimeout;
    this.#readOnly = options.readOnly;
    this.#leavesLog = options.leavesLog;
    this.#db = db;
    this.#place = new FilePlace(file);
    this.#tables = new SqliteTables(db);
    this.#transactions = new SqliteTransactions(db);
    this.#news = new SqliteNews(db, options.pollInterval);
  }

  /**
   * Opens the store in a file, and creates both where there is none: the file for its owner alone (0600),
   * missing directories likewise (0700). It needs write access to the directory. The file of an older
   * version of this package is upgraded, which that version then does not open any more.
   *
   * @throws StoreSchemaError for a file of a newer tsnet or of another program, StoreCorruptError for one
   * that is damaged or no database, StorePermissionError, StoreUnavailableError. Such a file is not touched.
   * StoreNotFoundError where there is none to read; StoreInvalidError for a setting that makes no sense.
   */
  static async open(path: string, options: SqliteStoreOptions = {}): Promise<SqliteStore> {
    const { busyTimeout = 5000, durability = 'process', readOnly = false, pollInterval = 50 } = options;
    const { signal } = options;
    checkSettings(path, { busyTimeout, pollInterval, durability });
    const file = resolve(path);
    try {
      if (readOnly) mustBeReadable(file);
      else ensureFile(file);
      return await whileBusy(busyTimeout, signal, () => {
        const leavesLog = readOnly && !hasLog(file);
        const db = openDatabase(file, { readOnly, durability });
        return new SqliteStore(file, db, { busyTimeout, readOnly, pollInterval, leavesLog });
      });
    } catch (error) {
      throw storeFailure('open', file, error);
    }
  }

  get(keys: readonly string[], options: StoreReadOptions = {}): Promise<readonly (StoreEntry | undefined)[]> {
    return this.#run('read', options.signal, () => {
      for (const key of keys) checkKey(key);
      this.#heed(options);
      const find = () => keys.map((key) => this.#find(key));
      return keys.length < 2 ? find() : this.#transactions.read(find);
    });
  }

  list(prefix: string, options: StoreListOptions = {}): Promise<readonly StoreEntry[]> {
    return this.#run('read', options.signal, () => {
      checkList(prefix, options);
      this.#heed(options);
      return this.#tables.list(prefix, options);
    });
  }

  commit(commit: StoreCommit, options?: StoreCallOptions): Promise<number | undefined> {
    return this.#commit(commit, options);
  }

  revision(): Promise<number> {
    return this.#run('read', undefined, () => this.#tables.revision());
  }

  /**
   * Commits of this store are reported at once, those of other openers of the file after the poll interval.
   * A watch alone keeps no process from ending.
   */
  watch(prefix: string, options: StoreWatchOptions = {}): AsyncIterable<StoreChange> {
    const log = {
      bell: this.#news.bell,
      isOpen: () => this.#db.isOpen,
      revision: () => this.revision(),
      changesAfter: (after: number) =>
        this.#run('read', options.signal, () =>
          this.#transactions.read(() => this.#tables.changesAfter(after, prefix)),
        ),
    };
    return this.#news.whileListening(watchChanges(log, prefix, options));
  }

  /**
   * The same store, but `work` takes part in each commit that writes: inside the same SQLite transaction,
   * when all checks hold and before anything is final. It gets the connection, to write to tables of the
   * caller's own in the same file, whatever their names are but `entries` and `changes`. When it throws,
   * nothing at all is written, and the error comes out as it is.
   *
   * `work` is synchronous, uses the connection only until it returns, and neither begins nor ends a transaction: when it
   * does, the commit throws StoreInvalidError and writes nothing of the store's own. It may run again for one commit, when
   * the first time was taken back. A body of `transact` that writes nothing does not run it. It belongs to a commit, and an
   * `Ipam` commits calls made at once together: to write along with one call, use `transact` with the function of that name.
   */
  alongside(work: AlongsideWork): Store {
    return {
      get: (keys, options) => this.get(keys, options),
      list: (prefix, options) => this.list(prefix, options),
      commit: (commit, options) => runAlongside(work, (guarded) => this.#commit(commit, options, guarded)),
      revision: () => this.revision(),
      watch: (prefix, options) => this.watch(prefix, options),
      close: () => this.close(),
      [Symbol.asyncDispose]: () => this.close(),
    };
  }

  async close(): Promise<void> {
    if (!this.#db.isOpen) return;
    this.#db.close();
    if (this.#leavesLog) removeEmptyLog(this.#file);
    this.#news.bell.ring();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #commit(
    commit: StoreCommit,
    options?: StoreCallOptions,
    work?: AlongsideWork,
  ): Promise<number | undefined> {
    return this.#run('write', options?.signal, () => {
      checkCommit(commit);
      if (commit.puts.length + commit.deletes.length === 0) {
        return this.#confirm(commit);
      }
      this.#place.mustBeThere();
      const checks = commit.checks.filter(({ key, revision }) => !this.#transactions.hasSeen(key, revision));
      const revision = this.#transactions.write(() => {
        if (!this.#tables.holds({ ...commit, checks })) return undefined;
        work?.(this.#db);
        return this.#tables.write(commit);
      });
      if (revision !== undefined) this.#news.bell.ring();
      return revision;
    });
  }

  /** The revision at which all that a commit demands is so. */
  #confirm(commit: StoreCommit): number | undefined {
    try {
      return this.#transactions.read(() =>
        this.#tables.holds(commit) ? this.#tables.revision() : undefined,
      );
    } finally {
      this.#transactions.letGo();
    }
  }

  #find(key: string): StoreEntry | undefined {
    const entry = this.#tables.find(key);
    this.#transactions.saw(key, entry?.revision ?? 0);
    return entry;
  }

  #heed({ forUpdate = false }: StoreReadOptions): void {
    if (forUpdate && !this.#readOnly) this.#transactions.hold();
  }

  async #run<T>(operation: string, signal: AbortSignal | undefined, work: () => T): Promise<T> {
    const attempt = () => {
      if (!this.#db.isOpen) throw new StoreClosedError(this.#file);
      return work();
    };
    try {
      const result = await this.#patiently(signal, attempt);
      if (!this.#transactions.isHolding && this.#turns.isDue()) await this.#turns.pass();
      return result;
    } catch (error) {
      throw storeFailure(operation, this.#file, error);
    }
  }

  /** Most calls find no lock, and are spared the cost of a promise. */
  #patiently<T>(signal: AbortSignal | undefined, work: () => T): T | Promise<T> {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      return whileBusy(this.#busyTimeout, signal, work);
    }
  }
}
