import { describe, expect, it } from 'vitest';
import { nothing, write } from './contract-write.ts';
import type { Store, StoreCommit, StoreValue } from './store.ts';
import { itHeedsIntent } from './store-intent-contract.ts';
import { itRefuses } from './store-refusals-contract.ts';
import { itTakesTurns } from './store-turns-contract.ts';
import { itWatches } from './store-watch-contract.ts';
import { transact } from './transact.ts';

/**
 * Defines the tests of the store contract.
 *
 * @param name names the store in the titles.
 * @param open opens a new, empty store for each test; the suite closes it.
 */
export function storeContract(name: string, open: OpenStore): void {
  describe(`${name}: store contract`, () => {
    itKeepsEntries(open);
    itLists(open);
    itCommits(open);
    itProtectsRanges(open);
    itHeedsIntent(open);
    itWatches(open);
    itTakesTurns(open);
    itRefuses(open);
  });
}

type OpenStore = () => Promise<Store>;

function itKeepsEntries(open: OpenStore): void {
  it(
    'returns entries in the order asked for, and undefined for what is absent',
    withStore(open, async (store) => {
      const revision = await write(store, { a: 'one', b: 'two' });
      expect(await store.get(['b', 'x', 'a', 'b'])).toEqual([
        { key: 'b', value: 'two', revision },
        undefined,
        { key: 'a', value: 'one', revision },
        { key: 'b', value: 'two', revision },
      ]);
      expect(await store.get([])).toEqual([]);
    }),
  );

  it(
    'keeps text as text and bytes as bytes',
    withStore(open, async (store) => {
      const values: Record<string, StoreValue> = {
        empty: '',
        text: 'é 水 🙂 "\n\\',
        nul: 'a\0b',
        number: '007',
        noBytes: new Uint8Array(0),
        bytes: Uint8Array.from({ length: 256 }, (_, index) => index),
      };
      await write(store, values);
      for (const [key, value] of Object.entries(values)) {
        const [entry] = await store.get([key]);
        expect(entry?.value, key).toStrictEqual(value);
      }
    }),
  );

  it(
    'reads all at one moment',
    withStore(open, async (store) => {
      const names = ['p/a', 'p/b', 'p/c', 'p/d'];
      const writeAll = (value: number) =>
        write(store, Object.fromEntries(names.map((name) => [name, `${value}`])));
      await writeAll(0);
      let isDone = false;
      const seen: string[][] = [];
      const reader = async () => {
        while (!isDone) {
          for (const entries of [await store.get(names), await store.list('p/')]) {
            seen.push(entries.map((entry) => String(entry?.value)));
          }
        }
      };
      const reading = Promise.all([reader(), reader()]);
      for (let value = 1; value <= 200; value += 1) await writeAll(value);
      isDone = true;
      await reading;
      const whole = seen.map(([first = '']) => Array(names.length).fill(first));
      expect(seen.length).toBeGreaterThan(0);
      expect(seen).toEqual(whole);
    }),
  );

  it(
    'is not changed through bytes that were handed over or returned',
    withStore(open, async (store) => {
      const given = Uint8Array.of(1, 2, 3);
      await write(store, { a: given });
      given[0] = 9;
      const [first] = await store.get(['a']);
      if (first?.value instanceof Uint8Array) first.value[1] = 9;
      const [second] = await store.list('a');
      if (second?.value instanceof Uint8Array) second.value[2] = 9;
      const [third] = await store.get(['a']);
      expect(third?.value).toEqual(Uint8Array.of(1, 2, 3));
    }),
  );
}

function itLists(open: OpenStore): void {
  it(
    'lists a prefix in the order of bytes',
    withStore(open, async (store) => {
      await write(store, { 'a/2': '', 'a/10': '', 'a/Z': '', 'a/~': '', a: '', a0: '', b: '', 'a/': '' });
      expect(await keys(store, 'a/')).toEqual(['a/', 'a/10', 'a/2', 'a/Z', 'a/~']);
      expect(await keys(store, '')).toEqual(['a', 'a/', 'a/10', 'a/2', 'a/Z', 'a/~', 'a0', 'b']);
      expect(await keys(store, 'c')).toEqual([]);
    }),
  );

  it(
    'lists page by page',
    withStore(open, async (store) => {
      const all = Array.from({ length: 1100 }, (_, index) => `k/${String(index).padStart(4, '0')}`);
      await write(store, { ...Object.fromEntries(all.map((key) => [key, ''])), j: '', l: '' });
      const seen: string[] = [];
      for (let after: string | undefined; ; after = seen.at(-1)) {
        const page = await store.list('k/', { after, limit: 300 });
        if (page.length === 0) break;
        seen.push(...page.map(({ key }) => key));
      }
      expect(seen).toEqual(all);
      expect(await keys(store, 'k/', { after: 'k/10985' })).toEqual(['k/1099']);
      expect(await keys(store, 'k/', { after: 'a', limit: 1 })).toEqual(['k/0000']);
      expect(await keys(store, 'k/', { after: 'z' })).toEqual([]);
    }),
  );
}

function itCommits(open: OpenStore): void {
  it(
    'writes and deletes all at once under one revision',
    withStore(open, async (store) => {
      const first = await write(store, { a: '1', b: '1' });
      const second = await store.commit({
        ...nothing,
        puts: [{ key: 'a', value: '2' }],
        deletes: ['b', 'x'],
      });
      expect(second).toBeGreaterThan(first);
      expect(await store.get(['a', 'b'])).toEqual([{ key: 'a', value: '2', revision: second }, undefined]);
    }),
  );

  it(
    'deletes what the same commit puts',
    withStore(open, async (store) => {
      const revision = await write(store, { a: '1' });
      await store.commit({ ...nothing, puts: [{ key: 'a', value: '2' }], deletes: ['a'] });
      expect(await store.get(['a'])).toEqual([undefined]);
      expect(await write(store, { a: '3' })).toBeGreaterThan(revision);
      expect(await keys(store, '')).toEqual(['a']);
    }),
  );

  it(
    'writes nothing when one check of several fails',
    withStore(open, async (store) => {
      const revision = await write(store, { a: '1' });
      const checks = [
        { key: 'a', revision },
        { key: 'b', revision: 1 },
      ];
      const outcome = store.commit({ checks, puts: [{ key: 'c', value: '' }], deletes: ['a'] });
      expect(await outcome).toBeUndefined();
      expect(await keys(store, '')).toEqual(['a']);
    }),
  );

  it(
    'checks that a key is absent',
    withStore(open, async (store) => {
      const create: StoreCommit = {
        ...nothing,
        checks: [{ key: 'a', revision: 0 }],
        puts: [{ key: 'a', value: '' }],
      };
      expect(await store.commit(create)).toBeGreaterThan(0);
      expect(await store.commit(create)).toBeUndefined();
    }),
  );

  it(
    'never uses a revision twice, even when a key comes back with the same value',
    withStore(open, async (store) => {
      const first = await write(store, { a: 'same' });
      await store.commit({ ...nothing, deletes: ['a'] });
      const second = await write(store, { a: 'same' });
      expect(second).toBeGreaterThan(first);
      expect(await store.commit({ ...nothing, checks: [{ key: 'a', revision: first }] })).toBeUndefined();
    }),
  );

  it(
    'answers a commit that writes nothing without making a revision',
    withStore(open, async (store) => {
      const revision = await write(store, { a: '' });
      expect(await store.commit({ ...nothing, checks: [{ key: 'a', revision }] })).toBe(revision);
      expect(await store.commit(nothing)).toBe(revision);
    }),
  );
}

function itProtectsRanges(open: OpenStore): void {
  it.each<[string, (store: Store) => Promise<unknown>]>([
    ['added', (store) => write(store, { 'p/b': '' })],
    ['written', (store) => write(store, { 'p/a': 'same' })],
    ['deleted', (store) => store.commit({ ...nothing, deletes: ['p/a'] })],
    [
      'deleted while another is added',
      (store) => store.commit({ ...nothing, puts: [{ key: 'p/d', value: '' }], deletes: ['p/a'] }),
    ],
  ])('refuses a range in which an entry was %s', async (_, change) => {
    await using store = await open();
    await write(store, { 'p/a': 'same', 'p/c': '' });
    const range = { prefix: 'p/', entries: await store.list('p/') };
    expect(await store.commit({ ...nothing, ranges: [range] })).toBeDefined();
    await change(store);
    expect(await store.commit({ ...nothing, ranges: [range] })).toBeUndefined();
  });

  it(
    'looks at nothing beyond the ends of a range',
    withStore(open, async (store) => {
      await write(store, { 'p/b': '', 'p/d': '', 'p/f': '' });
      const entries = await store.list('p/', { after: 'p/b', limit: 1 });
      const range = { prefix: 'p/', after: 'p/b', through: 'p/d', entries };
      await write(store, { o: '', 'p/a': '', 'p/b': 'new', 'p/da': '', 'p/f': 'new', q: '' });
      expect(await store.commit({ ...nothing, ranges: [range] })).toBeDefined();
      await write(store, { 'p/c': '' });
      expect(await store.commit({ ...nothing, ranges: [range] })).toBeUndefined();
    }),
  );

  it(
    'refuses a list that was empty once it is not',
    withStore(open, async (store) => {
      const range = { prefix: 'p/', entries: [] };
      expect(await store.commit({ ...nothing, ranges: [range] })).toBeDefined();
      await write(store, { 'p/a': '' });
      expect(await store.commit({ ...nothing, ranges: [range] })).toBeUndefined();
    }),
  );

  it(
    'loses no update of many at once',
    withStore(open, async (store) => {
      const increment = () =>
        transact(store, async (tx) => {
          const count = Number((await tx.get('count')) ?? 0);
          tx.put('count', `${count + 1}`);
        });
      await Promise.all(Array.from({ length: 50 }, increment));
      expect((await store.get(['count']))[0]?.value).toBe('50');
    }),
  );
}

/** A test in a store of its own, which is closed at the end. */
function withStore(open: OpenStore, body: (store: Store) => Promise<void>): () => Promise<void> {
  return async () => {
    await using store = await open();
    await body(store);
  };
}

async function keys(store: Store, ...list: Parameters<Store['list']>): Promise<readonly string[]> {
  const entries = await store.list(...list);
  return entries.map(({ key }) => key);
}
