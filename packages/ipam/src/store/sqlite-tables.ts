import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type {
  StoreCheck,
  StoreCommit,
  StoreEntry,
  StoreListOptions,
  StoreRange,
  StoreValue,
} from './store.ts';
import { StoreChangesLostError } from './store-errors.ts';
import { endOfPrefix } from './store-key.ts';
import { type ChangePage, keptChanges, standingChanges } from './watch.ts';

/** How many rows one statement writes: several rows in one run save a third of the time. */
const rowsAtOnce = 32;
/** Old changes are forgotten in steps of this many, so that few commits have to. */
const pruneStep = 4096;
/** At most this many commits go into one page of changes. */
const commitsInPage = 256;

/**
 * The two tables of a store, read and written within whatever transaction is open: `entries`, and
 * `changes`, a row for each commit with the keys that it wrote, separated by spaces, which no key holds.
 */
export class SqliteTables {
  readonly #sql: Statements;

  constructor(db: DatabaseSync) {
    this.#sql = prepare(db);
  }

  find(key: string): StoreEntry | undefined {
    const row = this.#sql.get.get(key);
    return row && { key, value: storedValue(row[0]), revision: Number(row[1]) };
  }

  list(prefix: string, { after, limit = -1 }: StoreListOptions): readonly StoreEntry[] {
    const rows = this.#sql.list.all(lowerBound(prefix, after), endOfPrefix(prefix), limit);
    return rows.map(([key, value, revision]) => ({
      key: String(key),
      value: storedValue(value),
      revision: Number(revision),
    }));
  }

  /** Whether all that a commit demands is so. */
  holds({ checks, ranges = [] }: StoreCommit): boolean {
    return (
      checks.every((check) => this.#isUnchanged(check)) &&
      ranges.every((range) => this.#isRangeUnchanged(range))
    );
  }

  /** Does what a commit wants written, and returns its revision. */
  write({ puts, deletes }: StoreCommit): number {
    const count = puts.length + deletes.length;
    const keys = puts.map(({ key }) => key).join(' ');
    const revision = Number(this.#sql.log.run(count, keys, deletes.join(' ')).lastInsertRowid);
    this.#put(puts, revision);
    for (const key of deletes) this.#sql.delete.run(key);
    if (Math.floor(revision / pruneStep) > Math.floor((revision - count) / pruneStep)) {
      this.#sql.prune.run(revision - keptChanges);
    }
    return revision;
  }

  /** The revision of the newest commit. */
  revision(): number {
    return Number(this.#sql.newest.get()?.[0]);
  }

  /** @throws StoreChangesLostError */
  changesAfter(after: number, prefix: string): ChangePage {
    const oldest = Number(this.#sql.oldest.get()?.[0]);
    if (after < oldest) throw new StoreChangesLostError(after, oldest);
    const commits = this.#sql.changes.all(after, commitsInPage).map(([revision, puts, deletes]) => ({
      revision: Number(revision),
      puts: keysOf(puts),
      deletes: keysOf(deletes),
    }));
    const changes = standingChanges(commits, prefix, (key) => this.find(key));
    return { changes, through: commits.at(-1)?.revision ?? after };
  }

  #isUnchanged({ key, revision }: StoreCheck): boolean {
    return (this.#sql.revision.get(key)?.[0] ?? 0) === revision;
  }

  #isRangeUnchanged({ prefix, after, through, entries }: StoreRange): boolean {
    const end = through === undefined ? endOfPrefix(prefix) : behind(through);
    const row = this.#sql.range.get(lowerBound(prefix, after), end);
    const highest = entries.reduce((most, { revision }) => Math.max(most, revision), 0);
    return row?.[0] === entries.length && row[1] === highest;
  }

  #put(puts: StoreCommit['puts'], revision: number): void {
    // Neighbors in the tree one after another; of two puts of one key, the later stays the later.
    const sorted = puts.length < rowsAtOnce ? puts : puts.toSorted(byKey);
    const alone = sorted.length % rowsAtOnce;
    for (const { key, value } of sorted.slice(0, alone)) this.#sql.put.run(key, value, revision);
    for (let next = alone; next < sorted.length; next += rowsAtOnce) {
      const rows = sorted.slice(next, next + rowsAtOnce);
      this.#sql.putMany.run(...rows.flatMap(({ key, value }) => [key, value, revision]));
    }
  }
}

type Statements = ReturnType<typeof prepare>;

function prepare(db: DatabaseSync) {
  const rows = (sql: string) => rowsOf(db.prepare(sql));
  return {
    get: rows('SELECT value, revision FROM entries WHERE key = ?'),
    list: rows('SELECT key, value, revision FROM entries WHERE key >= ? AND key < ? ORDER BY key LIMIT ?'),
    revision: rows('SELECT revision FROM entries WHERE key = ?'),
    range: rows('SELECT count(*), ifnull(max(revision), 0) FROM entries WHERE key >= ? AND key < ?'),
    put: db.prepare('REPLACE INTO entries VALUES (?, ?, ?)'),
    putMany: db.prepare(`REPLACE INTO entries VALUES ${Array(rowsAtOnce).fill('(?, ?, ?)').join(', ')}`),
    delete: db.prepare('DELETE FROM entries WHERE key = ?'),
    log: db.prepare('INSERT INTO changes SELECT max(revision) + ?, ?, ? FROM changes'),
    newest: rows('SELECT max(revision) FROM changes'),
    oldest: rows('SELECT min(revision) FROM changes'),
    changes: rows('SELECT revision, puts, deletes FROM changes WHERE revision > ? ORDER BY revision LIMIT ?'),
    // The newest of the old rows stays: it says behind which revision all is known.
    prune: db.prepare(
      'DELETE FROM changes WHERE revision < (SELECT max(revision) FROM changes WHERE revision <= ?)',
    ),
  };
}

/** A statement whose rows are arrays: in half the time of objects. */
interface RowStatement {
  get(...parameters: SQLInputValue[]): readonly SQLOutputValue[] | undefined;
  all(...parameters: SQLInputValue[]): readonly (readonly SQLOutputValue[])[];
}

function rowsOf(statement: StatementSync): RowStatement {
  statement.setReturnArrays(true);
  // The declared types know of objects only.
  return statement as unknown as RowStatement;
}

function storedValue(value: SQLOutputValue | undefined): StoreValue {
  return value instanceof Uint8Array ? value : String(value);
}

function keysOf(text: SQLOutputValue | undefined): readonly string[] {
  return text === '' ? [] : String(text).split(' ');
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : Number(a.key > b.key);
}

function lowerBound(prefix: string, after = ''): string {
  return after < prefix ? prefix : behind(after);
}

/** Sorts behind `key` and before every other key that does: no key holds a control character. */
function behind(key: string): string {
  return `${key}\x01`;
}
