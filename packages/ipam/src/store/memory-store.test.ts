import { expect, it } from 'vitest';
import { MemoryStore } from './memory-store.ts';
import { storeContract } from './store-contract.ts';

storeContract('MemoryStore', async () => new MemoryStore());

storeContract('a copy of another store', () => MemoryStore.copyOf(new MemoryStore()));

it('a copy begins with what the other store holds, and goes its own way', async () => {
  const store = new MemoryStore();
  await store.commit({ checks: [], puts: [{ key: 'a', value: '1' }], deletes: [] });
  const copy = await MemoryStore.copyOf(store);
  expect(await copy.get(['a'])).toMatchObject([{ key: 'a', value: '1' }]);
  await copy.commit({ checks: [], puts: [{ key: 'b', value: '2' }], deletes: ['a'] });
  await store.commit({ checks: [], puts: [{ key: 'c', value: '3' }], deletes: [] });
  expect((await store.list('')).map(({ key }) => key)).toEqual(['a', 'c']);
  expect((await copy.list('')).map(({ key }) => key)).toEqual(['b']);
});
