import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { schemaVersionOf, upgradeSchema } from './sqlite-schema.ts';
import { SqliteStore } from './sqlite-store.ts';
import { StoreChangesLostError, StoreSchemaError } from './store-errors.ts';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
  file = join(directory, 'store.db');
});

afterEach(() => rm(directory, { recursive: true }));

/** A file as version 0.1.0 of this package left it, after 41 commits. */
function writeVersion1(): void {
  const db = new DatabaseSync(file);
  db.exec(`
    PRAGMA page_size = 2048;
    PRAGMA journal_mode = WAL;
    CREATE TABLE entries (
      key TEXT PRIMARY KEY NOT NULL,
      value ANY NOT NULL,
      revision INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT;
    INSERT INTO head VALUES (1, 41);
    INSERT INTO entries VALUES ('ipam/a', 'text', 17), ('ipam/b', x'0102', 41);
    PRAGMA application_id = 0x74736e74;
    PRAGMA user_version = 1;
  `);
  db.close();
}

function inFile<T>(work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

it('a file of version 1 is upgraded with all that is in it, and its revisions go on', async () => {
  writeVersion1();
  await using store = await SqliteStore.open(file);
  expect(await store.list('')).toEqual([
    { key: 'ipam/a', value: 'text', revision: 17 },
    { key: 'ipam/b', value: Uint8Array.of(1, 2), revision: 41 },
  ]);
  expect(await store.revision()).toBe(41);
  const next = store.watch('', { after: 41 })[Symbol.asyncIterator]().next();
  const revision = await store.commit({ checks: [], puts: [{ key: 'ipam/c', value: '' }], deletes: [] });
  expect(revision).toBe(42);
  expect((await next).value).toEqual({ key: 'ipam/c', value: '', revision: 42 });
  const before = store.watch('', { after: 40 })[Symbol.asyncIterator]().next();
  await expect(before).rejects.toThrow(StoreChangesLostError);
});

it('an upgraded file has the tables of a new one', async () => {
  const schemaOf = () =>
    inFile((db) => db.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all());
  writeVersion1();
  await (await SqliteStore.open(file)).close();
  const upgraded = schemaOf();
  await rm(file);
  await (await SqliteStore.open(file)).close();
  const text = (sql: unknown) => String(sql).replaceAll(/\s+/g, ' ');
  expect(upgraded.map(({ sql }) => text(sql))).toEqual(schemaOf().map(({ sql }) => text(sql)));
});

it('many openers upgrade one file at once', async () => {
  writeVersion1();
  const stores = await Promise.all(Array.from({ length: 8 }, () => SqliteStore.open(file)));
  for (const store of stores) expect(await store.list('')).toHaveLength(2);
  for (const store of stores) await store.close();
});

it('an empty file that another opener fills meanwhile is empty or ours, and never of another program', () => {
  const looking = new DatabaseSync(file);
  const filling = new DatabaseSync(file);
  const prepare = looking.prepare.bind(looking);
  vi.spyOn(looking, 'prepare')
    .mockImplementationOnce((sql) => prepare(sql))
    .mockImplementation((sql) => {
      if (schemaVersionOf(filling, file) === 0) upgradeSchema(filling, file);
      return prepare(sql);
    });
  expect(schemaVersionOf(looking, file)).toBe(0);
  expect(schemaVersionOf(looking, file)).toBe(2);
  looking.close();
  filling.close();
});

it('an upgrade that fails half-way leaves version 1 as it was', async () => {
  writeVersion1();
  // The second step gets as far as the deletion of a table that is not there.
  inFile((db) => db.exec('ALTER TABLE head RENAME TO away; CREATE VIEW head AS SELECT * FROM away'));
  await expect(SqliteStore.open(file)).rejects.toThrow(
    `cannot open ${file}: use DROP VIEW to delete view head`,
  );
  const names = inFile((db) => db.prepare('SELECT name FROM sqlite_schema ORDER BY name').all());
  expect(names.map(({ name }) => name)).toEqual(['away', 'entries', 'head']);
  inFile((db) => db.exec('DROP VIEW head; ALTER TABLE away RENAME TO head'));
  await using store = await SqliteStore.open(file);
  expect(await store.revision()).toBe(41);
});

it('a file of version 1 is not upgraded by who only reads', async () => {
  writeVersion1();
  const outcome = SqliteStore.open(file, { readOnly: true });
  await expect(outcome).rejects.toThrow(StoreSchemaError);
  await expect(outcome).rejects.toThrow(
    `cannot open ${file}: it has schema 1, which has to be upgraded first`,
  );
});
