import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SqliteStore } from '../../src/store/sqlite-store.ts';

const nobody = 65534;
let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
  file = join(directory, 'store.db');
});

afterEach(() => rm(directory, { recursive: true }));

/** Opens the store and fills it in a process of its own, and returns the error that it met. */
function fillElsewhere(command: readonly [string, ...string[]], path: string): unknown {
  return runElsewhere(command, '../fill-worker.ts', path);
}

/** Runs a worker in a process of its own, and returns what it printed. */
function runElsewhere(command: readonly [string, ...string[]], worker: string, path: string): unknown {
  const [program, ...rest] = [...command, process.execPath, join(import.meta.dirname, worker), path];
  const { stdout, stderr, error } = spawnSync(program, rest, { encoding: 'utf8' });
  if (error) throw error;
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

// Root can start a process without its rights, and mount a file system of its own: both are probed by `netns`.
describeKernel('SqliteStore where the system refuses', { needs: ['netns'] }, () => {
  const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] as const;

  it('says that it may not write the file', async () => {
    await (await SqliteStore.open(file)).close();
    await chmod(directory, 0o777);
    expect(fillElsewhere(asNobody, file)).toMatchObject({ code: 'STORE_PERMISSION', subject: file });
  });

  it('says that it may not write the directory', async () => {
    await (await SqliteStore.open(file)).close();
    await chown(file, nobody, nobody);
    await chmod(directory, 0o755);
    expect(fillElsewhere(asNobody, file)).toMatchObject({ code: 'STORE_PERMISSION', subject: file });
  });

  it('says that it may not make the directory', async () => {
    await chmod(directory, 0o755);
    const path = join(directory, 'x', 'store.db');
    expect(fillElsewhere(asNobody, path)).toMatchObject({ code: 'STORE_PERMISSION', subject: path });
  });

  /** Runs what follows with the directory on a file system of its own. */
  const onMount = (mount: string) =>
    ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', `${mount} && exec "$0" "$@"`] as const;

  it('reads, for who may only read, what another process has open', async () => {
    await using store = await SqliteStore.open(file);
    const revision = await store.commit({ checks: [], puts: [{ key: 'a', value: 'b' }], deletes: [] });
    await chmod(directory, 0o755);
    for (const suffix of ['', '-wal', '-shm']) await chmod(`${file}${suffix}`, 0o644);
    const read = runElsewhere(asNobody, './read-worker.ts', file);
    expect(read).toEqual([{ key: 'a', value: 'b', revision }]);
  });

  it('says that it may not read the file', async () => {
    await (await SqliteStore.open(file)).close();
    await chmod(directory, 0o755);
    const outcome = runElsewhere(asNobody, './read-worker.ts', file);
    expect(outcome).toMatchObject({ code: 'STORE_PERMISSION', subject: file });
  });

  it('says that the file system is for reading only', async () => {
    await (await SqliteStore.open(file)).close();
    const remount = onMount(
      `mount --bind ${directory} ${directory} && mount -o remount,ro,bind ${directory}`,
    );
    expect(fillElsewhere(remount, file)).toMatchObject({ code: 'STORE_PERMISSION', subject: file });
  });

  it('says that the disk is full, and goes on once it is not', () => {
    const onSmallDisk = onMount(`mount -t tmpfs -o size=400k tmpfs ${directory}`);
    const old = [{ key: 'a', value: 'old', revision: 1 }];
    expect(runElsewhere(onSmallDisk, './full-disk-worker.ts', file)).toEqual({
      upgrade: 'STORE_UNAVAILABLE',
      kept: old,
      full: 'STORE_UNAVAILABLE',
      meanwhile: old,
      after: 'none',
      changed: ['a', 'b'],
    });
  });

  it('says that the disk is full, and keeps every commit before that', () => {
    const outcome = fillElsewhere(onMount(`mount -t tmpfs -o size=400k tmpfs ${directory}`), file);
    expect(outcome).toMatchObject({ code: 'STORE_UNAVAILABLE', subject: file, intact: true });
    expect(outcome).toMatchObject({ commits: expect.any(Number), hint: 'Free some space on its disk.' });
  });
});
