import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStore } from './sqlite-store.ts';
import type { StoreCommit } from './store.ts';
import { storeContract } from './store-contract.ts';
import { StoreCorruptError, StoreSchemaError, StoreUnavailableError } from './store-errors.ts';

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
