import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SqliteStore } from './sqlite-store.ts';
import type { StoreCommit } from './store.ts';

let directory: string;
let file: string;

const putA: StoreCommit = { checks: [], puts: [{ key: 'a', value: 'new' }], deletes: [] };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
  file = join(directory, 'store.db');
});

afterEach(() => rm(directory, { recursive: true }));

it('a watch reports what another opener of the file commits', async () => {
  await using watching = await SqliteStore.open(file, { pollInterval: 1 });
  await using other = await SqliteStore.open(file);
  const after = await watching.revision();
  for (let round = 0; round < 3; round += 1) {
    const changes = watching.watch('', { after })[Symbol.asyncIterator]();
    if (round > 0) await changes.next();
    const next = changes.next();
    // The timer of the watch keeps no process from ending, so something else has to.
    const awake = setInterval(() => undefined, 1000);
    const revision = await other.commit(putA);
    expect((await next).value).toEqual({ key: 'a', value: 'new', revision });
    clearInterval(awake);
    await changes.return?.();
  }
});

it('a watch keeps no process from ending', async () => {
  const program = `
    import { SqliteStore } from ${JSON.stringify(join(import.meta.dirname, 'sqlite-store.ts'))};
    const store = await SqliteStore.open(process.argv[1]);
    void store.watch('')[Symbol.asyncIterator]().next();
  `;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', program, file]);
  expect(status).toBe(0);
});

it('a page of changes ends, and the next one goes on', async () => {
  await using store = await SqliteStore.open(file);
  const after = await store.revision();
  for (let count = 0; count < 700; count += 1) {
    await store.commit({ ...putA, puts: [{ key: `k/${count}`, value: '' }], deletes: ['gone', 'k/0'] });
  }
  const keys: string[] = [];
  for await (const { key } of store.watch('k/', { after })) {
    if (key !== 'k/0') keys.push(key);
    if (keys.length === 699) break;
  }
  expect(keys).toEqual(Array.from({ length: 699 }, (_, index) => `k/${index + 1}`));
});
