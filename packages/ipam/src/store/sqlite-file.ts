import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isReadOnlyFailure } from './sqlite-failure.ts';
import { isOutdated, schemaVersionOf, upgradeSchema } from './sqlite-schema.ts';
import { StoreCorruptError, StoreSchemaError, StoreUnavailableError } from './store-errors.ts';

/** What a commit outlives: the end of the process, or a loss of power as well. */
export type StoreDurability = 'process' | 'power';

/** How {@link openDatabase} opens a file. */
export interface DatabaseOptions {
  readonly readOnly: boolean;
  readonly durability: StoreDurability;
}

/**
 * Makes the file, readable by its owner alone, and its directory where they are missing.
 *
 * @throws StoreCorruptError for a file that was emptied beside a log that was not: SQLite would take it for a new
 * one, and throw the log away.
 */
export function ensureFile(file: string): void {
  const directory = dirname(file);
  makeDirectory(directory);
  closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600));
  const log = logOf(file);
  if (sizeOf(file) === 0 && sizeOf(log) > 0) {
    const hint = `Restore ${file} from a copy, or move it away together with ${log} to start afresh.`;
    throw new StoreCorruptError('open', file, `it is empty, and ${log} is not`, hint);
  }
  // SQLite keeps its log beside the file.
  accessSync(directory, constants.W_OK | constants.X_OK);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Refuses a file that may not be read, in words that SQLite does not have. */
export function mustBeReadable(file: string): void {
  accessSync(file, constants.R_OK);
}

/** One level at a time: under /proc the recursive form of `mkdirSync` never ends. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  const parent = dirname(directory);
  if (parent !== directory) makeDirectory(parent);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(directory)) throw error;
  }
}

/**
 * Opens the file as a database of ours, and brings its schema to the newest version. Nothing is written to
 * a file that is not ours.
 *
 * @throws StoreSchemaError; and SQLite's own errors, as they are.
 */
export function openDatabase(file: string, options: DatabaseOptions): DatabaseSync {
  const { DatabaseSync } = loadSqlite(file);
  const { readOnly } = options;
  if (!readOnly) mustBeOurs(DatabaseSync, file);
  // A wait inside SQLite would hold up the whole process: the store waits outside, so the timeout is 0.
  const db = new DatabaseSync(file, { timeout: 0, readOnly });
  try {
    prepare(db, file, options);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Whether there is a log beside a file: some program has the file open, was killed, or could only read. */
export function hasLog(file: string): boolean {
  return existsSync(logOf(file));
}

/**
 * Takes away the empty log that a connection has left which could only read. SQLite does so itself when the last one
 * that could write is closed. Where that cannot be had, the log stays, and is in nobody's way.
 */
export function removeEmptyLog(file: string): void {
  try {
    if (statSync(logOf(file)).size > 0) return;
    const { DatabaseSync } = loadSqlite(file);
    const db = new DatabaseSync(file, { timeout: 0 });
    try {
      schemaVersionOf(db, file);
    } finally {
      db.close();
    }
  } catch {
    // Others are at it, or it may not be written.
  }
}

function logOf(file: string): string {
  return `${file}-wal`;
}

/**
 * Looks through a connection that cannot write: one that can would move what a killed program left in its log into the
 * file, though the file is another program's.
 */
function mustBeOurs(Database: typeof DatabaseSync, file: string): void {
  const db = new Database(file, { timeout: 0, readOnly: true });
  try {
    schemaVersionOf(db, file);
  } catch (error) {
    // What only a writer can put in order is ours to look at then.
    if (!isReadOnlyFailure(error)) throw error;
  } finally {
    db.close();
  }
}

function prepare(db: DatabaseSync, file: string, { readOnly, durability }: DatabaseOptions): void {
  const version = schemaVersionOf(db, file);
  db.exec('PRAGMA cache_size = -16000');
  if (readOnly) mustBeCurrent(version, file);
  else prepareForWriting(db, file, version, durability);
}

function prepareForWriting(
  db: DatabaseSync,
  file: string,
  version: number,
  durability: StoreDurability,
): void {
  // Small pages, because a commit writes every page it touches; rare checkpoints, because each waits
  // for the disk: the log grows to 8 MB between them.
  if (version === 0) db.exec('PRAGMA page_size = 2048');
  db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4000');
  db.exec(`PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}`);
  if (isOutdated(version)) upgradeSchema(db, file);
}

function mustBeCurrent(version: number, file: string): void {
  if (!isOutdated(version)) return;
  const reason = version === 0 ? 'it is empty' : `it has schema ${version}, which has to be upgraded first`;
  throw new StoreSchemaError(file, reason, 'Open it once with the right to write.');
}

/** Loaded here and not at import, so that the rest of the package works where Node has no SQLite. */
function loadSqlite(file: string): typeof import('node:sqlite') {
  const sqlite: typeof import('node:sqlite') | undefined = process.getBuiltinModule('node:sqlite');
  if (sqlite) return sqlite;
  throw new StoreUnavailableError(
    'open',
    file,
    'this Node.js was built without SQLite',
    'Use a build of Node.js that has the node:sqlite module.',
  );
}
