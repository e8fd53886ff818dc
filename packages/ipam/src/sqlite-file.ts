import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { StoreSchemaError, StoreUnavailableError } from './errors.ts';

/** "tsnt": tells our files from those of other programs. */
const applicationId = 0x74_73_6e_74;
const schemaVersion = 1;

const schema = `
  CREATE TABLE entries (
    key TEXT PRIMARY KEY NOT NULL,
    value ANY NOT NULL,
    revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT;
  INSERT INTO head VALUES (1, 0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/** Makes the file, readable by its owner alone, and its directory where they are missing. */
export function ensureFile(file: string): void {
  const directory = dirname(file);
  makeDirectory(directory);
  closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600));
  // SQLite keeps its log beside the file.
  accessSync(directory, constants.W_OK | constants.X_OK);
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
 * Opens the file as a database of ours and creates the tables in an empty one. Nothing is written to a
 * file that is not ours.
 *
 * @throws StoreSchemaError; and SQLite's own errors, as they are.
 */
export function openDatabase(file: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite(file);
  // A wait inside SQLite would hold up the whole process: the store waits outside, so the timeout is 0.
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    const isNew = isEmpty(db, file);
    // Small pages, because a commit writes every page it touches; rare checkpoints, because each waits
    // for the disk: the log grows to 8 MB between them.
    if (isNew) db.exec('PRAGMA page_size = 2048');
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000;',
    );
    if (isNew) createSchema(db, file);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
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

function createSchema(db: DatabaseSync, file: string): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have created the tables meanwhile.
    if (isEmpty(db, file)) db.exec(schema);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function isEmpty(db: DatabaseSync, file: string): boolean {
  const id = readNumber(db, 'PRAGMA application_id');
  const version = readNumber(db, 'PRAGMA user_version');
  if (id === applicationId) {
    if (version === schemaVersion) return false;
    throw new StoreSchemaError(
      file,
      `it has schema ${version}, and this version of tsnet knows ${schemaVersion}`,
      version > schemaVersion ? 'Update tsnet.' : 'Restore the file from a copy.',
    );
  }
  if (id === 0 && version === 0 && readNumber(db, 'SELECT count(*) FROM sqlite_schema') === 0) return true;
  throw new StoreSchemaError(file, 'it is the database of another program', 'Choose another path.');
}

function readNumber(db: DatabaseSync, sql: string): number {
  return Number(Object.values(db.prepare(sql).get() ?? {})[0]);
}
