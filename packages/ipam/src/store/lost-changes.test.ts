import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MemoryStore } from './memory-store.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { Store, StoreChange } from './store.ts';
import { StoreChangesLostError } from './store-errors.ts';
import { keptChanges } from './watch.ts';

const many = Array.from({ length: 16_384 }, (_, index) => ({ key: `k/${index}`, value: '' }));

/** Commits until the first of them are forgotten, and returns the revisions. */
async function overflow(store: Store): Promise<readonly number[]> {
  const revisions: number[] = [];
  for (let count = 0; count < (3 * keptChanges) / many.length; count += 1) {
    revisions.push((await store.commit({ checks: [], puts: many, deletes: [] })) ?? 0);
  }
  return revisions;
}

async function expectForgetful(store: Store): Promise<void> {
  const first = (await store.commit({ checks: [], puts: [{ key: 'a', value: '' }], deletes: [] })) ?? 0;
  const revisions = await overflow(store);
  const outcome = store.watch('', { after: first })[Symbol.asyncIterator]().next();
  await expect(outcome).rejects.toThrow(StoreChangesLostError);
  const lost: unknown = await outcome.catch((error: unknown) => error);
  expect(lost).toMatchObject({ kind: 'conflict', oldest: expect.any(Number) });

  const oldest = lost instanceof StoreChangesLostError ? lost.oldest : Number.NaN;
  expect(revisions).toContain(oldest);
  expect(oldest).toBeLessThanOrEqual((revisions.at(-1) ?? 0) - keptChanges);
  const keys = new Set<string>();
  for await (const { key } of store.watch('k/', { after: oldest })) {
    keys.add(key);
    if (keys.size === many.length) break;
  }
  expect(keys.has('k/0')).toBe(true);
}

it('MemoryStore forgets old changes, and says from where on it knows all', async () => {
  await using store = new MemoryStore();
  await expectForgetful(store);
});

it('SqliteStore forgets old changes, and says from where on it knows all', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
  {
    await using store = await SqliteStore.open(join(directory, 'store.db'));
    await expectForgetful(store);
  }
  await rm(directory, { recursive: true });
});

it('a store never forgets its newest commit, however large', async () => {
  await using store = new MemoryStore();
  const revisions = await overflow(store);
  const huge = Array.from({ length: 3 * keptChanges }, (_, index) => ({ key: `h/${index}`, value: '' }));
  const revision = await store.commit({ checks: [], puts: huge, deletes: [] });
  const after = revisions.at(-1) ?? 0;
  let first: StoreChange | undefined;
  for await (const change of store.watch('', { after })) {
    first = change;
    break;
  }
  expect(first).toEqual({ key: 'h/0', value: '', revision });
});
