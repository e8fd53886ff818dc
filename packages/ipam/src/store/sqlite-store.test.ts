import { mkdtemp, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStore } from './sqlite-store.ts';
import type { StoreCommit } from './store.ts';
import { storeContract } from './store-contract.ts';
import {
  StoreAbortedError,
  StoreCorruptError,
  StoreInvalidError,
  StoreSchemaError,
  StoreUnavailableError,
} from './store-errors.ts';
import { transact } from './transact.ts';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
  file = join(directory, 'store.db');
});

afterEach(() => rm(directory, { recursive: true }));

storeContract('SqliteStore', () => SqliteStore.open(file));

const putA: StoreCommit = { checks: [], puts: [{ key: 'a', value: 'kept' }], deletes: [] };

describe('SqliteStore', () => {
  it('keeps entries and goes on with revisions after closing', async () => {
    const first = await SqliteStore.open(file);
    const revision = (await first.commit(putA)) ?? 0;
    await first.close();
    await using second = await SqliteStore.open(file);
    expect(await second.get(['a'])).toEqual([{ key: 'a', value: 'kept', revision }]);
    expect(await second.commit(putA)).toBeGreaterThan(revision);
  });

  it('makes missing directories and the file for the owner alone', async () => {
    const nested = join(directory, 'x', 'y', 'store.db');
    await using store = await SqliteStore.open(nested);
    await store.commit(putA);
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await mode(join(directory, 'x'))).toBe('700');
    expect(await mode(join(directory, 'x', 'y'))).toBe('700');
    expect(await mode(nested)).toBe('600');
    expect(await mode(`${nested}-wal`)).toBe('600');
  });

  it('sees at once what another opener of the file commits, and conflicts with it', async () => {
    await using one = await SqliteStore.open(file);
    await using other = await SqliteStore.open(file);
    const revision = (await one.commit(putA)) ?? 0;
    expect((await other.get(['a']))[0]?.revision).toBe(revision);
    await other.commit(putA);
    expect(await one.commit({ ...putA, checks: [{ key: 'a', revision }] })).toBeUndefined();
  });

  it('opens one new file from many openers at once', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => SqliteStore.open(file)));
    for (const store of stores) await store.commit(putA);
    expect((await stores[0]?.get(['a']))?.[0]?.revision).toBe(8);
    for (const store of stores) await store.close();
  });

  it('waits for another process to let go, and leaves this one free meanwhile', async () => {
    await using store = await SqliteStore.open(file);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const pending = store.commit(putA);
    setTimeout(() => other.exec('COMMIT'), 30);
    expect(await pending).toBe(1);
    other.close();
  });

  it('gives up on a lock after the time it was given, and names the file', async () => {
    await using store = await SqliteStore.open(file, { busyTimeout: 20 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.commit(putA)).rejects.toThrow(`cannot write ${file}: another process has locked it`);
    await expect(store.commit(putA)).rejects.toThrow(StoreUnavailableError);
    other.exec('COMMIT');
    other.close();
    expect(await store.list('')).toEqual([]);
  });

  it.each<[string, (store: SqliteStore, signal: AbortSignal) => Promise<unknown>]>([
    ['commit', (store, signal) => store.commit(putA, { signal })],
    ['read for an update', (store, signal) => store.get(['a'], { forUpdate: true, signal })],
    ['list for an update', (store, signal) => store.list('a', { forUpdate: true, signal })],
    ['transaction', (store, signal) => transact(store, async (tx) => tx.put('a', ''), { signal })],
  ])('ends the wait of a %s for a lock when the signal fires', async (_, call) => {
    await using store = await SqliteStore.open(file, { busyTimeout: 2 ** 31 - 1 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(call(store, AbortSignal.timeout(20))).rejects.toThrow(StoreAbortedError);
    other.close();
    expect(await store.list('')).toEqual([]);
  });

  it('says that its file is gone, and hands nothing out', async () => {
    await using store = await SqliteStore.open(file);
    await store.commit(putA);
    await rename(file, `${file}.moved`);
    await sleep(20);
    await expect(store.commit(putA)).rejects.toThrow(StoreUnavailableError);
    await writeFile(file, 'of somebody else');
    const outcome = store.commit(putA);
    await expect(outcome).rejects.toThrow(StoreUnavailableError);
    await expect(outcome).rejects.toThrow('it was moved or deleted while it was open');
    await rename(`${file}.moved`, file);
    expect(await store.commit(putA)).toBeGreaterThan(0);
  });

  it('waits no longer than it was told, however slow the process is', async () => {
    await using store = await SqliteStore.open(file, { busyTimeout: 100 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    let isDone = false;
    let turns = 0;
    const outcome = store.commit(putA).finally(() => {
      isDone = true;
    });
    outcome.catch(() => undefined);
    while (!isDone) {
      turns += 1;
      const start = performance.now();
      while (performance.now() - start < 50);
      await setImmediate();
    }
    await expect(outcome).rejects.toThrow(StoreUnavailableError);
    // Turns of 50 ms: by the delays that it plans, of 5 ms at most, it would have waited for more than twenty.
    expect(turns).toBeLessThan(15);
    other.close();
  });

  it.each<[string, object]>([
    ['busy timeout NaN', { busyTimeout: Number.NaN }],
    ['busy timeout -1', { busyTimeout: -1 }],
    ['busy timeout Infinity', { busyTimeout: Number.POSITIVE_INFINITY }],
    ['poll interval 0', { pollInterval: 0 }],
    ['poll interval 0.5', { pollInterval: 0.5 }],
    ['durability "disk"', { durability: 'disk' }],
  ])('is not opened with %s', async (what, options) => {
    const outcome = SqliteStore.open(file, options);
    await expect(outcome).rejects.toThrow(StoreInvalidError);
    await expect(outcome).rejects.toThrow(what);
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it.each([[''], ['a\0b'], [undefined], [7]])('is not opened at %j', async (path) => {
    await expect(SqliteStore.open(path as string)).rejects.toThrow('it is no path of a file');
  });

  it('fills a file that is empty', async () => {
    await writeFile(file, '');
    await using store = await SqliteStore.open(file);
    expect(await store.commit(putA)).toBe(1);
  });
});

describe('SqliteStore refuses, and leaves untouched,', () => {
  async function expectUntouched(error: new (...args: never[]) => Error, reason: string): Promise<void> {
    const before = await readFile(file);
    const outcome = SqliteStore.open(file);
    await expect(outcome).rejects.toThrow(error);
    await expect(outcome).rejects.toThrow(`cannot open ${file}: ${reason}`);
    await expect(outcome).rejects.toMatchObject({ hint: expect.stringMatching(/\w/) });
    expect((await readFile(file)).equals(before)).toBe(true);
  }

  it('a file that is no database', async () => {
    await writeFile(file, '{"10.0.0.0/24":"0110"}'.repeat(100));
    await expectUntouched(StoreCorruptError, 'file is not a database');
  });

  it('a database with a damaged header', async () => {
    await (await SqliteStore.open(file)).close();
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0x5a, 0, 100));
    await expectUntouched(StoreCorruptError, 'file is not a database');
  });

  it('the database of another program', async () => {
    const db = new DatabaseSync(file);
    db.exec('CREATE TABLE entries (key, value)');
    db.close();
    await expectUntouched(StoreSchemaError, 'it is the database of another program');
  });

  it('a file of a newer schema', async () => {
    await (await SqliteStore.open(file)).close();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 99');
    db.close();
    await expectUntouched(StoreSchemaError, 'it has schema 99, and this version of tsnet knows 2');
  });

  it.each<[string, string, string]>([
    ['of a newer schema', 'PRAGMA user_version = 99', 'it has schema 99'],
    ['of another program', 'PRAGMA application_id = 7', 'it is the database of another program'],
  ])('the file and the log that a killed process left, %s', async (_, sql, reason) => {
    await (await SqliteStore.open(file)).close();
    const db = new DatabaseSync(file);
    db.exec(`${sql}; CREATE TABLE more (x); INSERT INTO more VALUES (1)`);
    const [bytes, log] = [await readFile(file), await readFile(`${file}-wal`)];
    db.close();
    await writeFile(file, bytes);
    await writeFile(`${file}-wal`, log);
    expect(log.length).toBeGreaterThan(0);
    await expectUntouched(StoreSchemaError, reason);
    expect((await readFile(`${file}-wal`)).equals(log)).toBe(true);
  });

  it('a file of ours without its tables', async () => {
    const db = new DatabaseSync(file);
    db.exec(`PRAGMA application_id = ${0x74_73_6e_74}; PRAGMA user_version = 2; CREATE TABLE other (x)`);
    db.close();
    await expectUntouched(StoreCorruptError, 'no such table');
  });

  it('a file that lost its end, when it comes to the part that is lost', async () => {
    const store = await SqliteStore.open(file);
    const puts = Array.from({ length: 500 }, (_, index) => ({ key: `k/${index}`, value: 'x'.repeat(100) }));
    await store.commit({ ...putA, puts });
    await store.close();
    await truncate(file, 8192);
    const damaged = await SqliteStore.open(file).then(
      async (opened) => {
        await using again = opened;
        return again.list('').catch((error: unknown) => error);
      },
      (error: unknown) => error,
    );
    expect(damaged).toBeInstanceOf(StoreCorruptError);
    expect(damaged).toMatchObject({ subject: file, hint: expect.stringContaining('from a copy') });
  });
});

describe('SqliteStore says why it cannot open', () => {
  it('a file that was emptied beside its log, and leaves both as they are', async () => {
    const store = await SqliteStore.open(file);
    await store.commit(putA);
    // As they lie there when the process is killed.
    const log = await readFile(`${file}-wal`);
    await store.close();
    await truncate(file, 0);
    await writeFile(`${file}-wal`, log);
    await expect(SqliteStore.open(file)).rejects.toThrow(StoreCorruptError);
    expect((await stat(file)).size).toBe(0);
    expect(await readFile(`${file}-wal`)).toEqual(log);
  });

  it('a path through a file', async () => {
    await writeFile(file, '');
    const outcome = SqliteStore.open(join(file, 'store.db'));
    await expect(outcome).rejects.toThrow(StoreUnavailableError);
    await expect(outcome).rejects.toThrow(`cannot open ${join(file, 'store.db')}: `);
  });

  it('a directory', async () => {
    await expect(SqliteStore.open(directory)).rejects.toThrow(StoreUnavailableError);
  });
});
