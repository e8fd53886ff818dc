import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SqliteStore } from './sqlite-store.ts';
import type { StoreCommit } from './store.ts';
import { storeContract } from './store-contract.ts';
import { StoreInvalidError } from './store-errors.ts';
import { transact } from './transact.ts';

let directory: string;
let file: string;
let store: SqliteStore;
let reader: DatabaseSync;

const putA: StoreCommit = { checks: [], puts: [{ key: 'a', value: '' }], deletes: [] };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
  file = join(directory, 'store.db');
  store = await SqliteStore.open(file);
  reader = new DatabaseSync(file);
  reader.exec('CREATE TABLE machines (name TEXT PRIMARY KEY) STRICT');
});

afterEach(async () => {
  reader.close();
  await store.close();
  await rm(directory, { recursive: true });
});

function machines(): readonly unknown[] {
  return reader
    .prepare('SELECT name FROM machines ORDER BY name')
    .all()
    .map(({ name }) => name);
}

function insert(name: string): (db: DatabaseSync) => void {
  return (db) => void db.prepare('INSERT INTO machines VALUES (?)').run(name);
}

storeContract('SqliteStore alongside tables of the caller', async () => {
  const own = await SqliteStore.open(join(directory, 'own.db'));
  return own.alongside((db) => {
    db.exec('CREATE TABLE IF NOT EXISTS commits (at TEXT) STRICT');
    db.exec("INSERT INTO commits VALUES ('now')");
  });
});

it('work alongside is stored together with the commit', async () => {
  await transact(store.alongside(insert('web-1')), async (tx) => tx.put('a', '1'));
  expect(machines()).toEqual(['web-1']);
  await transact(store, async (tx) => tx.put('a', '2'));
  expect(machines()).toEqual(['web-1']);
});

it('work alongside does not run when a check fails or nothing is written', async () => {
  const alongside = store.alongside(insert('web-1'));
  expect(await alongside.commit({ ...putA, checks: [{ key: 'a', revision: 5 }] })).toBeUndefined();
  expect(await alongside.commit({ checks: [], puts: [], deletes: [] })).toBe(0);
  expect(machines()).toEqual([]);
});

it('an error of the work comes out as it is, and nothing is written', async () => {
  await store.alongside(insert('web-1')).commit(putA);
  const failing = store.alongside((db) => {
    insert('web-2')(db);
    insert('web-1')(db);
  });
  const outcome = failing.commit({ ...putA, puts: [{ key: 'b', value: '' }] });
  await expect(outcome).rejects.toThrow('UNIQUE constraint failed: machines.name');
  expect(machines()).toEqual(['web-1']);
  expect(await store.get(['b'])).toEqual([undefined]);
  expect(await store.commit(putA)).toBeGreaterThan(0);
});

it.each<[string, (db: DatabaseSync) => unknown]>([
  ['returns a promise', async (db) => insert('web-1')(db)],
  ['ends the transaction', (db) => db.exec('ROLLBACK')],
  ['takes its place with another', (db) => db.exec('ROLLBACK; BEGIN')],
])('work that %s is refused, and nothing is written', async (_, work) => {
  await expect(store.alongside(work).commit(putA)).rejects.toThrow(StoreInvalidError);
  expect(machines()).toEqual([]);
  expect(await store.get(['a'])).toEqual([undefined]);
});

it.each(['COMMIT', 'COMMIT; BEGIN'])(
  'work that runs %s is refused: nothing of the commit is written',
  async (sql) => {
    const work = (db: DatabaseSync) => {
      insert('web-1')(db);
      db.exec(sql);
    };
    await expect(store.alongside(work).commit(putA)).rejects.toThrow('the work ended the transaction');
    expect(await store.get(['a'])).toEqual([undefined]);
    expect(await store.commit(putA)).toBeGreaterThan(0);
  },
);

it('a file with tables of the caller opens again', async () => {
  await store.alongside(insert('web-1')).commit(putA);
  await store.close();
  store = await SqliteStore.open(file);
  expect(await store.list('')).toHaveLength(1);
  expect(machines()).toEqual(['web-1']);
});
