import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStore } from './sqlite-store.ts';
import {
  StoreNotFoundError,
  StorePermissionError,
  StoreUnavailableError,
  TransactionEndedError,
} from './store-errors.ts';
import { transact } from './transact.ts';

let directory: string;
let file: string;
let store: SqliteStore;
/** A connection as another process has it. */
let other: DatabaseSync;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
  file = join(directory, 'store.db');
  store = await SqliteStore.open(file, { busyTimeout: 20 });
  await store.commit({ checks: [], puts: [{ key: 'a', value: '1' }], deletes: [] });
  other = new DatabaseSync(file, { timeout: 0 });
});

afterEach(async () => {
  await store.close();
  if (other.isOpen) other.close();
  await rm(directory, { recursive: true });
});

/** Whether the other process could write now. */
function isFree(): boolean {
  try {
    other.exec('BEGIN IMMEDIATE; ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

describe('A read for an update', () => {
  it('keeps other processes from writing until the commit', async () => {
    const [entry] = await store.get(['a'], { forUpdate: true });
    expect(isFree()).toBe(false);
    const checks = [{ key: 'a', revision: entry?.revision ?? 0 }];
    expect(await store.commit({ checks, puts: [{ key: 'a', value: '2' }], deletes: [] })).toBeGreaterThan(0);
    expect(isFree()).toBe(true);
    expect(await store.get(['a'])).toMatchObject([{ value: '2' }]);
  });

  it('lets others go on once the event loop turns', async () => {
    await store.list('', { forUpdate: true });
    expect(isFree()).toBe(false);
    await setImmediate();
    expect(isFree()).toBe(true);
    // And what it had read is checked all the same.
    other.exec("UPDATE entries SET revision = 7 WHERE key = 'a'");
    expect(
      await store.commit({ checks: [{ key: 'a', revision: 1 }], puts: [], deletes: ['a'] }),
    ).toBeUndefined();
  });

  it('lets others go on at once when its commit fails or writes nothing', async () => {
    await store.get(['a'], { forUpdate: true });
    await store.commit({ checks: [{ key: 'a', revision: 99 }], puts: [], deletes: ['a'] });
    expect(isFree()).toBe(true);
    await store.get(['a'], { forUpdate: true });
    await store.commit({ checks: [], puts: [], deletes: [] });
    expect(isFree()).toBe(true);
  });

  it('waits for another process as a commit does', async () => {
    other.exec('BEGIN IMMEDIATE');
    await expect(store.get(['a'], { forUpdate: true })).rejects.toThrow(StoreUnavailableError);
    expect(await store.get(['a'])).toMatchObject([{ value: '1' }]);
    other.exec('ROLLBACK');
    expect(await store.get(['a'], { forUpdate: true })).toMatchObject([{ value: '1' }]);
  });

  it('may be the last that a store does', async () => {
    await store.get(['a'], { forUpdate: true });
    await store.close();
    expect(isFree()).toBe(true);
    await setImmediate();
    expect(await (await SqliteStore.open(file)).close()).toBeUndefined();
  });
});

describe('transact on a SqliteStore', () => {
  it('keeps other processes from writing while the body runs, and not behind it', async () => {
    const during = await transact(store, async (tx) => {
      await tx.get('a');
      return isFree();
    });
    expect(during).toBe(false);
    expect(isFree()).toBe(true);
  });

  it('lets others go on at once when the body throws', async () => {
    const failure = new TransactionEndedError('test');
    const outcome = transact(store, async (tx) => {
      await tx.get('a');
      throw failure;
    });
    await expect(outcome).rejects.toBe(failure);
    expect(isFree()).toBe(true);
  });

  it('reads without waiting, and keeps nobody waiting, when it only reads', async () => {
    other.exec('BEGIN IMMEDIATE');
    const read = () => transact(store, (tx) => tx.getMany(['a', 'b']), { readOnly: true });
    expect(await read()).toEqual(['1', undefined]);
    other.exec('ROLLBACK');
    const during = await transact(
      store,
      async (tx) => {
        await tx.list('');
        return isFree();
      },
      { readOnly: true },
    );
    expect(during).toBe(true);
  });

  it('runs the body again, when it let another process write while it waited', async () => {
    let runs = 0;
    await transact(store, async (tx) => {
      const value = await tx.get('a');
      runs += 1;
      await setImmediate();
      if (runs === 1) other.exec("UPDATE entries SET value = 'theirs', revision = 7 WHERE key = 'a'");
      tx.put('a', `${value} and ours`);
    });
    expect(await store.get(['a'])).toMatchObject([{ value: 'theirs and ours' }]);
  });
});

describe('A SqliteStore opened for reading only', () => {
  it('reads what others commit, and refuses to write', async () => {
    await using reader = await SqliteStore.open(file, { readOnly: true });
    await store.commit({ checks: [], puts: [{ key: 'a', value: '2' }], deletes: [] });
    expect(await transact(reader, (tx) => tx.get('a'))).toBe('2');
    expect(await reader.list('')).toHaveLength(1);
    const outcome = reader.commit({ checks: [], puts: [], deletes: ['a'] });
    await expect(outcome).rejects.toThrow(StorePermissionError);
  });

  it('leaves the directory as it was', async () => {
    other.close();
    await store.close();
    const before = readdirSync(directory);
    expect(before).toEqual([basename(file)]);
    const reader = await SqliteStore.open(file, { readOnly: true });
    expect(await reader.list('')).toHaveLength(1);
    await reader.close();
    expect(readdirSync(directory)).toEqual(before);
  });

  it('leaves the log of others alone', async () => {
    const reader = await SqliteStore.open(file, { readOnly: true });
    const log = readFileSync(`${file}-wal`);
    expect(log.length).toBeGreaterThan(0);
    await reader.close();
    expect(readFileSync(`${file}-wal`)).toEqual(log);
  });

  it('creates no file', async () => {
    const missing = join(directory, 'missing.db');
    await expect(SqliteStore.open(missing, { readOnly: true })).rejects.toThrow(StoreNotFoundError);
  });
});

describe('A process that stops while it keeps others from writing', () => {
  const program = `
    import { SqliteStore } from ${JSON.stringify(join(import.meta.dirname, 'sqlite-store.ts'))};
    const store = await SqliteStore.open(process.argv[1]);
    await store.get(['a'], { forUpdate: true });
    process.stdout.write('holding');
    process.kill(process.pid, 'SIGSTOP');
  `;

  it('is named as a lock, hinders no reader, and is forgotten once it is killed', async () => {
    const stopped = spawn(process.execPath, ['--input-type=module', '-e', program, file]);
    await once(stopped.stdout, 'data');
    const commit = { checks: [], puts: [{ key: 'b', value: '' }], deletes: [] };
    await expect(store.commit(commit)).rejects.toThrow(`cannot write ${file}: another process has locked it`);
    expect(await transact(store, (tx) => tx.get('a'), { readOnly: true })).toBe('1');
    stopped.kill('SIGKILL');
    await once(stopped, 'close');
    expect(await store.commit(commit)).toBeGreaterThan(0);
  });
});

it.each([
  ['process', 1],
  ['power', 2],
] as const)(
  'SqliteStore asks SQLite for commits that outlive the end of the %s',
  async (durability, expected) => {
    await using durable = await SqliteStore.open(file, { durability });
    let synchronous: unknown;
    const observed = durable.alongside((db) => {
      synchronous = db.prepare('PRAGMA synchronous').get()?.synchronous;
    });
    await observed.commit({ checks: [], puts: [{ key: 'b', value: '' }], deletes: [] });
    expect(synchronous).toBe(expected);
  },
);
