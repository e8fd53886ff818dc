import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { nothing, write } from './contract-write.ts';
import type { Store } from './store.ts';
import { transact } from './transact.ts';

type OpenStore = () => Promise<Store>;

/** Defines the tests of reads that are meant for an update. */
export function itHeedsIntent(open: OpenStore): void {
  it('reads the same for an update, and lets others commit in between', async () => {
    await using store = await open();
    const revision = await write(store, { 'p/a': '1' });
    const entry = { key: 'p/a', value: '1', revision };
    expect(await store.get(['p/a', 'p/b'], { forUpdate: true })).toEqual([entry, undefined]);
    expect(await store.list('p/', { forUpdate: true })).toEqual([entry]);
    await write(store, { 'p/a': '2' });
    const commit = { ...nothing, checks: [{ key: 'p/a', revision }], puts: [{ key: 'p/a', value: '3' }] };
    expect(await store.commit(commit)).toBeUndefined();
    expect(await store.get(['p/a'])).toMatchObject([{ value: '2' }]);
  });

  it('runs bodies that wait for something else meanwhile', async () => {
    await using store = await open();
    const append = (text: string) =>
      transact(store, async (tx) => {
        const before = (await tx.get('log')) ?? '';
        await setImmediate();
        tx.put('log', `${before}${text}`);
      });
    await Promise.all([append('a'), append('b'), append('c')]);
    const [entry] = await store.get(['log']);
    expect([...String(entry?.value)].toSorted()).toEqual(['a', 'b', 'c']);
  });
}
