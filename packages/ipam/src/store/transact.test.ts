import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from './memory-store.ts';
import type { Store, StoreCommit } from './store.ts';
import {
  StoreAbortedError,
  StoreConflictError,
  TransactionEndedError,
  TransactionReadOnlyError,
} from './store-errors.ts';
import { randomBackoff, transact } from './transact.ts';
import type { Transaction } from './transaction.ts';

const backoff = () => 0;

async function write(store: Store, key: string, value: string): Promise<void> {
  await store.commit({ checks: [], puts: [{ key, value }], deletes: [] });
}

async function dump(store: Store): Promise<Record<string, unknown>> {
  return Object.fromEntries((await store.list('')).map(({ key, value }) => [key, value]));
}

describe('transact', () => {
  it('sees its own writes in get and list, and commits them together', async () => {
    const store = new MemoryStore();
    await write(store, 'p/a', '1');
    await write(store, 'p/c', '1');
    await transact(store, async (tx) => {
      tx.put('p/b', '2');
      tx.delete('p/a');
      expect(await tx.getMany(['p/a', 'p/b', 'p/c'])).toEqual([undefined, '2', '1']);
      expect(await tx.list('p/')).toMatchObject([
        { key: 'p/b', value: '2' },
        { key: 'p/c', value: '1' },
      ]);
      expect(await dump(store)).toEqual({ 'p/a': '1', 'p/c': '1' });
    });
    expect(await dump(store)).toEqual({ 'p/b': '2', 'p/c': '1' });
  });

  it('lists as a store would that had the writes already, whatever the page', async () => {
    const key = fc.integer({ min: 0, max: 30 }).map((n) => `k/${String(n).padStart(2, '0')}`);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key),
        fc.uniqueArray(key),
        fc.uniqueArray(key),
        fc.option(key, { nil: undefined }),
        fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
        async (stored, puts, deletes, after, limit) => {
          const store = new MemoryStore();
          for (const one of stored) await write(store, one, 'old');
          const edit = (tx: Transaction) => {
            for (const one of puts) tx.put(one, 'new');
            for (const one of deletes) tx.delete(one);
          };
          const inside = await transact(store, async (tx) => {
            edit(tx);
            const page = await tx.list('k/', { after, limit });
            return page.map(({ key: name, value }) => [name, value]);
          });
          const outside = await store.list('k/', { after, limit });
          expect(inside).toEqual(outside.map((entry) => [entry.key, entry.value]));
        },
      ),
    );
  });

  it('runs again when what it had read was changed, and forgets the writes of before', async () => {
    const store = new MemoryStore();
    await write(store, 'a', '1');
    let runs = 0;
    await transact(
      store,
      async (tx) => {
        runs += 1;
        const value = await tx.get('a');
        if (runs === 1) await write(store, 'a', '2');
        tx.put(`saw/${value}`, '');
      },
      { backoff },
    );
    expect(runs).toBe(2);
    expect(await dump(store)).toEqual({ a: '2', 'saw/2': '' });
  });

  it('runs again when a key appeared in a list that it had read', async () => {
    const store = new MemoryStore();
    let runs = 0;
    await transact(
      store,
      async (tx) => {
        runs += 1;
        const { length } = await tx.list('p/');
        if (runs === 1) await write(store, 'p/a', '');
        tx.put('count', `${length}`);
      },
      { backoff },
    );
    expect(await dump(store)).toEqual({ 'p/a': '', count: '1' });
  });

  it('returns only what was read at one moment', async () => {
    const store = new MemoryStore();
    await write(store, 'a', '1');
    await write(store, 'b', '1');
    let runs = 0;
    const seen = await transact(
      store,
      async (tx) => {
        runs += 1;
        const a = await tx.get('a');
        if (runs === 1) for (const key of ['a', 'b']) await write(store, key, '2');
        return [a, await tx.get('b')];
      },
      { backoff },
    );
    expect(seen).toEqual(['2', '2']);
  });

  it('throws what the body throws, and writes nothing', async () => {
    const store = new MemoryStore();
    const failure = new TransactionEndedError('test');
    const outcome = transact(store, async (tx) => {
      tx.put('a', '');
      throw failure;
    });
    await expect(outcome).rejects.toBe(failure);
    expect(await dump(store)).toEqual({});
  });

  it('runs again instead of throwing an error that comes from a stale read', async () => {
    const store = new MemoryStore();
    let runs = 0;
    const result = await transact(
      store,
      async (tx) => {
        runs += 1;
        const value = await tx.get('a');
        if (runs === 1) await write(store, 'a', 'there');
        if (value === undefined) throw new TransactionEndedError('test');
        return value;
      },
      { backoff },
    );
    expect(result).toBe('there');
  });

  it('gives up with a conflict after the attempts it was given', async () => {
    const store = new MemoryStore();
    let runs = 0;
    const outcome = transact(
      store,
      async (tx) => {
        await tx.get('a');
        runs += 1;
        await write(store, 'a', `${runs}`);
        tx.put('b', '');
      },
      { attempts: 3, backoff },
    );
    await expect(outcome).rejects.toThrow(StoreConflictError);
    expect(runs).toBe(3);
  });

  it('stops when the signal fires', async () => {
    const store = new MemoryStore();
    const controller = new AbortController();
    const outcome = transact(
      store,
      async (tx) => {
        await tx.get('a');
        await write(store, 'a', '');
        controller.abort();
        tx.put('b', '');
      },
      { signal: controller.signal, backoff },
    );
    await expect(outcome).rejects.toThrow(StoreAbortedError);
    expect(await dump(store)).toEqual({ a: '' });
  });

  it('ends the pause between two attempts when the signal fires', async () => {
    const store = new MemoryStore();
    const outcome = transact(
      store,
      async (tx) => {
        await tx.get('a');
        await write(store, 'a', '');
        tx.put('b', '');
      },
      { signal: AbortSignal.timeout(20), backoff: () => 100_000 },
    );
    await expect(outcome).rejects.toThrow(StoreAbortedError);
  });

  it('refuses to be used after its body has returned', async () => {
    const store = new MemoryStore();
    const escaped = await transact(store, async (tx) => [tx] as const);
    expect(() => escaped[0].put('a', '')).toThrow(TransactionEndedError);
    await expect(escaped[0].get('a')).rejects.toThrow(TransactionEndedError);
  });
});

describe('transact, for reading only', () => {
  it('reads at one moment, and says so to the store', async () => {
    const store = new MemoryStore();
    await write(store, 'a', '1');
    const hints: unknown[] = [];
    const listening: Store = Object.assign(Object.create(store), {
      get: (...[keys, options]: Parameters<Store['get']>) => {
        hints.push(options?.forUpdate);
        return store.get(keys);
      },
      commit: (commit: StoreCommit) => store.commit(commit),
    });
    await transact(listening, (tx) => tx.get('a'));
    expect(await transact(listening, (tx) => tx.get('a'), { readOnly: true })).toBe('1');
    expect(hints).toEqual([true, false]);
  });

  it('runs again when its reads are of two moments', async () => {
    const store = new MemoryStore();
    let runs = 0;
    const seen = await transact(
      store,
      async (tx) => {
        runs += 1;
        const a = await tx.get('a');
        if (runs === 1) for (const key of ['a', 'b']) await write(store, key, '2');
        return [a, await tx.get('b')];
      },
      { backoff, readOnly: true },
    );
    expect(seen).toEqual(['2', '2']);
  });

  it('refuses to write', async () => {
    const store = new MemoryStore();
    const put = transact(store, async (tx) => tx.put('a', ''), { readOnly: true });
    await expect(put).rejects.toThrow(TransactionReadOnlyError);
    const deletion = transact(store, async (tx) => tx.delete('a'), { readOnly: true });
    await expect(deletion).rejects.toThrow(
      'cannot delete a in a transaction: the transaction is for reading only',
    );
  });
});

describe('randomBackoff', () => {
  it('retries at once, then waits a random part of a limit that doubles up to 20 ms', () => {
    const longest = randomBackoff(() => 1);
    expect([2, 3, 4, 5, 6, 7, 8, 50].map(longest)).toEqual([0, 1, 2, 4, 8, 16, 20, 20]);
    expect(randomBackoff(() => 0.5)(4)).toBe(1);
  });
});
