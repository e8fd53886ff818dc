import type { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * The transactions of one connection. Each is one synchronous stretch; except the one that {@link hold}
 * opens, which everything that follows in the same turn of the event loop takes part in.
 */
export class SqliteTransactions {
  readonly #db: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #beginImmediate: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  #turn: NodeJS.Immediate | undefined;
  /** The revisions of what was read since {@link hold}; undefined while nothing is held. */
  #seen: Map<string, number> | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#begin = db.prepare('BEGIN');
    this.#beginImmediate = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
  }

  /** Whether other writers are kept waiting. */
  get isHolding(): boolean {
    return this.#seen !== undefined;
  }

  /** Keeps other writers waiting until {@link write} or {@link letGo} or the next turn of the event loop. */
  hold(): void {
    if (this.#db.isTransaction) return;
    this.#beginImmediate.run();
    this.#seen = new Map();
    // One that is still to come serves as well: it lets go of whatever is held by then.
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.letGo();
    });
  }

  /** Notes at which revision a key was read, if that is to be remembered. */
  saw(key: string, revision: number): void {
    this.#seen?.set(key, revision);
  }

  /** Whether a key was read at that revision since {@link hold}: nobody can have changed it since. */
  hasSeen(key: string, revision: number): boolean {
    return this.#db.isTransaction && this.#seen?.get(key) === revision;
  }

  /** Lets the writers that {@link hold} keeps waiting go on. */
  letGo(): void {
    this.#seen = undefined;
    if (this.#db.isOpen && this.#db.isTransaction) this.#rollback.run();
  }

  /** Several reads at one moment. What is held stays held. */
  read<T>(work: () => T): T {
    return this.#db.isTransaction ? work() : this.#inTransaction(this.#begin, work);
  }

  /** Commits what `work` writes, and takes it back if it throws. */
  write<T>(work: () => T): T {
    return this.#inTransaction(this.#beginImmediate, work);
  }

  #inTransaction<T>(begin: StatementSync, work: () => T): T {
    if (!this.#db.isTransaction) begin.run();
    try {
      const result = work();
      this.#commit.run();
      this.#seen = undefined;
      return result;
    } catch (error) {
      // SQLite itself has rolled back already after some failures, such as a full disk.
      this.letGo();
      throw error;
    }
  }
}
