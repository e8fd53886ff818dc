import type { DatabaseSync } from 'node:sqlite';
import { StoreSchemaError } from './store-errors.ts';

/** "tsnt": tells our files from those of other programs. */
const applicationId = 0x74_73_6e_74;

/**
 * What makes version 1 from an empty file, version 2 from version 1, and so on. A new file goes through
 * all of them, so that it is the same as one that grew old. Released steps are never changed.
 */
const steps: readonly string[] = [
  `
  CREATE TABLE entries (
    key TEXT PRIMARY KEY NOT NULL,
    value ANY NOT NULL,
    revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT;
  INSERT INTO head VALUES (1, 0);
  `,
  // The first row stands for all that came before: only what comes behind the oldest row is fully known.
  `
  CREATE TABLE changes (
    revision INTEGER PRIMARY KEY,
    puts TEXT NOT NULL,
    deletes TEXT NOT NULL
  ) STRICT;
  INSERT INTO changes SELECT revision, '', '' FROM head;
  DROP TABLE head;
  `,
];

/** A statement for each version that only its tables answer. */
const probes: readonly string[] = ['SELECT 1 FROM entries, head', 'SELECT 1 FROM entries, changes'];

/**
 * The version of a file's schema: 0 when it is empty.
 *
 * @throws StoreSchemaError when it is not ours, or from a newer version of this package; SQLite's own error when its
 * tables are missing.
 */
export function schemaVersionOf(db: DatabaseSync, file: string): number {
  const { id, version, tables } = readHeader(db);
  if (id === applicationId) {
    const probe = probes[version - 1];
    if (probe !== undefined) {
      db.prepare(probe);
      return version;
    }
    throw new StoreSchemaError(
      file,
      `it has schema ${version}, and this version of tsnet knows ${steps.length}`,
      version > steps.length ? 'Update tsnet.' : 'Restore the file from a copy.',
    );
  }
  if (id === 0 && version === 0 && tables === 0) return 0;
  throw new StoreSchemaError(file, 'it is the database of another program', 'Choose another path.');
}

/** Whether a schema of this version has to be upgraded. */
export function isOutdated(version: number): boolean {
  return version < steps.length;
}

/** Brings the file's schema to the newest version, in one transaction. */
export function upgradeSchema(db: DatabaseSync, file: string): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been faster.
    for (const step of steps.slice(schemaVersionOf(db, file))) db.exec(step);
    db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** In one statement, so that all of it is of one moment: another process may be making the file. */
function readHeader(db: DatabaseSync): {
  readonly id: number;
  readonly version: number;
  readonly tables: number;
} {
  const row = db
    .prepare(
      `SELECT
        (SELECT application_id FROM pragma_application_id) AS id,
        (SELECT user_version FROM pragma_user_version) AS version,
        (SELECT count(*) FROM sqlite_schema) AS tables`,
    )
    .get();
  return { id: Number(row?.id), version: Number(row?.version), tables: Number(row?.tables) };
}
