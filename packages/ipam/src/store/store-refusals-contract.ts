import { expect, it } from 'vitest';
import { nothing, write } from './contract-write.ts';
import type { Store, StoreValue } from './store.ts';
import { StoreClosedError, StoreInvalidError } from './store-errors.ts';
import { transact } from './transact.ts';

/** Defines the tests of what no store takes, and of one that is closed. */
export function itRefuses(open: () => Promise<Store>): void {
  it.each([[''], ['a b'], ['é'], ['a\n'], ['a\x7f']])('refuses the key %j', async (key) => {
    await using store = await open();
    await expect(store.get([key])).rejects.toThrow(StoreInvalidError);
    await expect(write(store, { [key]: '' })).rejects.toThrow(StoreInvalidError);
    await expect(store.commit({ ...nothing, deletes: [key] })).rejects.toThrow(StoreInvalidError);
  });

  it('refuses text that is not Unicode, and limits that are no count', async () => {
    await using store = await open();
    await expect(write(store, { a: '\ud800' })).rejects.toThrow(StoreInvalidError);
    await expect(store.list('', { limit: 0 })).rejects.toThrow(StoreInvalidError);
    await expect(store.list('', { limit: 1.5 })).rejects.toThrow(StoreInvalidError);
  });

  it.each<[string, unknown]>([
    ['a number', 5],
    ['true', true],
    ['null', null],
    ['undefined', undefined],
    ['an object', { a: 1 }],
    ['a date', new Date(0)],
    ['an array', ['a']],
  ])('refuses %s as a value and as a key', async (_, nonsense) => {
    await using store = await open();
    const puts = [{ key: 'a', value: nonsense as StoreValue }];
    await expect(store.commit({ ...nothing, puts })).rejects.toThrow(StoreInvalidError);
    await expect(transact(store, async (tx) => tx.put('a', nonsense as StoreValue))).rejects.toThrow(
      StoreInvalidError,
    );
    await expect(store.get([nonsense as string])).rejects.toThrow(StoreInvalidError);
    await expect(store.list(nonsense as string)).rejects.toThrow(StoreInvalidError);
    expect(await store.list('')).toEqual([]);
  });

  it('closes once or many times, and then answers no more', async () => {
    const store = await open();
    await store.close();
    await store.close();
    await expect(store.get(['a'])).rejects.toThrow(StoreClosedError);
    await expect(store.list('a')).rejects.toThrow(StoreClosedError);
    await expect(store.commit(nothing)).rejects.toThrow(StoreClosedError);
  });
}
