import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SqliteStore } from '../../src/sqlite-store.ts';

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
  const worker = join(import.meta.dirname, '../fill-worker.ts');
  const [program, ...rest] = [...command, process.execPath, worker, path];
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

  it('says that the disk is full, and keeps every commit before that', () => {
    const mount = `mount -t tmpfs -o size=400k tmpfs ${directory} && exec "$0" "$@"`;
    const outcome = fillElsewhere(
      ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', mount],
      file,
    );
    expect(outcome).toMatchObject({ code: 'STORE_UNAVAILABLE', subject: file, intact: true });
    expect(outcome).toMatchObject({ commits: expect.any(Number), hint: 'Free some space on its disk.' });
  });
});
