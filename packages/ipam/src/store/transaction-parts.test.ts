import { setImmediate } from 'node:timers/promises';
import { IpPrefix } from '@tsnet/inet';
import { describe, expect, it } from 'vitest';
import { leaseAddress } from '../lease/lease-address.ts';
import { listLeases } from '../lease/leases.ts';
import { createPool, poolUsage } from '../pool/pools.ts';
import { MemoryStore } from './memory-store.ts';
import { StoreInvalidError, TransactionBusyError, TransactionEndedError } from './store-errors.ts';
import { transact } from './transact.ts';
import type { Transaction } from './transaction.ts';

async function dump(store: MemoryStore): Promise<Record<string, unknown>> {
  return Object.fromEntries((await store.list('')).map(({ key, value }) => [key, value]));
}

const failing = (tx: Transaction) =>
  tx.nested(async (part) => {
    part.put('a', 'part');
    part.delete('b');
    part.put('c', 'part');
    throw new RangeError('of the part');
  });

describe('a part of a transaction', () => {
  it('keeps what it wrote when it returns', async () => {
    const store = new MemoryStore();
    const result = await transact(store, (tx) =>
      tx.nested(async (part) => {
        part.put('a', '1');
        return part.get('a');
      }),
    );
    expect(result).toBe('1');
    expect(await dump(store)).toEqual({ a: '1' });
  });

  it('takes back what it wrote when it throws, and nothing else', async () => {
    const store = new MemoryStore();
    await transact(store, async (tx) => {
      tx.put('a', 'before');
      tx.put('b', 'before');
      await expect(failing(tx)).rejects.toThrow('of the part');
      expect(await tx.getMany(['a', 'b', 'c'])).toEqual(['before', 'before', undefined]);
      tx.put('d', 'behind');
    });
    expect(await dump(store)).toEqual({ a: 'before', b: 'before', d: 'behind' });
  });

  it('takes back what parts in it have kept', async () => {
    const store = new MemoryStore();
    await transact(store, async (tx) => {
      const outer = tx.nested(async (part) => {
        await part.nested(async (inner) => inner.put('a', 'inner'));
        await expect(failing(part)).rejects.toThrow('of the part');
        expect(await part.get('a')).toBe('inner');
        throw new RangeError('of the outer part');
      });
      await expect(outer).rejects.toThrow('of the outer part');
    });
    expect(await dump(store)).toEqual({});
  });

  it('is refused beside another one, and so is a write beside it', async () => {
    const store = new MemoryStore();
    await transact(store, async (tx) => {
      const first = tx.nested(async (part) => {
        await setImmediate();
        part.put('first', '');
      });
      await expect(tx.nested(async (part) => part.put('second', ''))).rejects.toThrow(TransactionBusyError);
      expect(() => tx.put('beside', '')).toThrow(TransactionBusyError);
      expect(await tx.get('beside')).toBeUndefined();
      await first;
      tx.put('behind', '');
    });
    expect(await dump(store)).toEqual({ first: '', behind: '' });
  });

  it('is not written to through the transaction around it, nor behind its end', async () => {
    const store = new MemoryStore();
    await transact(store, async (tx) => {
      const escaped = await tx.nested(async (part) => {
        expect(() => tx.put('a', '')).toThrow(TransactionBusyError);
        await expect(tx.nested(async () => 1)).rejects.toThrow(TransactionBusyError);
        return [part];
      });
      expect(() => escaped[0]?.put('a', '')).toThrow(TransactionEndedError);
    });
    expect(await dump(store)).toEqual({});
  });

  it('must have come to its end when the body has: nothing is committed otherwise', async () => {
    const store = new MemoryStore();
    const left: Promise<unknown>[] = [];
    const outcome = transact(store, async (tx) => {
      tx.put('a', '');
      left.push(
        tx.nested(async (part) => {
          part.put('half', '');
          await setImmediate();
          part.put('whole', '');
        }),
      );
    });
    await expect(outcome).rejects.toThrow(TransactionBusyError);
    await expect(Promise.all(left)).rejects.toThrow(TransactionEndedError);
    expect(await dump(store)).toEqual({});
  });

  it('that was left by the part around it takes nothing back of what comes behind', async () => {
    const store = new MemoryStore();
    const left: Promise<unknown>[] = [];
    await transact(store, async (tx) => {
      const around = tx.nested(async (part) => {
        left.push(
          part.nested(async (inner) => {
            inner.put('left', '');
            await setImmediate();
            inner.put('left/too', '');
          }),
        );
      });
      await expect(around).rejects.toThrow(TransactionBusyError);
      await tx.nested(async (part) => {
        part.put('behind', '');
        await expect(Promise.all(left)).rejects.toThrow(TransactionEndedError);
      });
    });
    expect(await dump(store)).toEqual({ behind: '' });
  });
});

describe('a part that supposes', () => {
  it('sees what it writes, and leaves nothing', async () => {
    const store = new MemoryStore();
    await transact(store, async (tx) => {
      tx.put('a', 'before');
      const seen = await tx.supposing(async (part) => {
        part.put('a', 'supposed');
        part.put('b', 'supposed');
        return part.getMany(['a', 'b']);
      });
      expect(seen).toEqual(['supposed', 'supposed']);
      expect(await tx.getMany(['a', 'b'])).toEqual(['before', undefined]);
    });
    expect(await dump(store)).toEqual({ a: 'before' });
  });

  it('is a read like others: it overlaps with them, and they do not see what it supposes', async () => {
    const store = new MemoryStore();
    await transact(store, async (tx) => tx.put('a', 'stored'));
    const seen = await transact(
      store,
      async (tx) => {
        const suppose = (value: string) =>
          tx.supposing(async (part) => {
            part.put('a', value);
            part.put(`b/${value}`, '');
            await setImmediate();
            const list = await part.list('b/');
            return [await part.get('a'), ...list.map(({ key }) => key)];
          });
        const reading = [suppose('one'), suppose('two')];
        const outside = [await tx.get('a'), (await tx.list('b/')).length];
        return [...(await Promise.all(reading)), outside];
      },
      { readOnly: true },
    );
    expect(seen).toEqual([
      ['one', 'b/one'],
      ['two', 'b/two'],
      ['stored', 0],
    ]);
  });

  it('sees what the transaction has written, and may suppose more', async () => {
    const store = new MemoryStore();
    await transact(store, async (tx) => {
      for (const key of ['p/a', 'p/b', 'p/c']) tx.put(key, '1');
      const keys = await tx.supposing(async (part) => {
        part.delete('p/a');
        part.put('p/d', '1');
        const inner = part.supposing(async (deeper) => {
          deeper.delete('p/b');
          return (await deeper.list('p/', { limit: 1 })).map(({ key }) => key);
        });
        return [await inner, (await part.list('p/', { limit: 2 })).map(({ key }) => key)];
      });
      expect(keys).toEqual([['p/c'], ['p/b', 'p/c']]);
    });
  });

  it('may write where the transaction only reads', async () => {
    const store = new MemoryStore();
    await transact(store, (tx) => createPool(tx, { id: 'p', prefix: IpPrefix.parse('10.0.0.0/29') }));
    const before = await dump(store);
    const lease = await transact(
      store,
      (tx) => tx.supposing((part) => leaseAddress(part, 'p', { owner: 'web', now: 0 })),
      { readOnly: true },
    );
    expect(`${lease.address}`).toBe('10.0.0.1');
    expect(await dump(store)).toEqual(before);
  });
});

describe('changes of pools in one transaction', () => {
  it('are refused at once where one is not awaited, and whole where each is', async () => {
    const store = new MemoryStore();
    await transact(store, (tx) => createPool(tx, { id: 'p', prefix: IpPrefix.parse('10.0.0.0/24') }));
    const lease = (tx: Transaction, owner: string) => leaseAddress(tx, 'p', { owner, now: 0 });
    const atOnce = transact(store, (tx) => Promise.all(['a', 'b', 'c'].map((owner) => lease(tx, owner))));
    await expect(atOnce).rejects.toThrow(TransactionBusyError);
    expect(await transact(store, (tx) => listLeases(tx))).toEqual([]);

    await transact(store, async (tx) => {
      const outcomes = await Promise.allSettled(['d', 'e'].map((owner) => lease(tx, owner)));
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      await lease(tx, 'f');
    });
    const held = (await transact(store, (tx) => listLeases(tx))).map((one) => `${one.address} ${one.owner}`);
    expect(held).toEqual(['10.0.0.1 d', '10.0.0.2 f']);
    expect((await transact(store, (tx) => poolUsage(tx, 'p'))).used).toBe(2n);
  });
});

describe('transact', () => {
  it.each([0, -1, 1.5, Number.NaN])('refuses %d attempts', async (attempts) => {
    const outcome = transact(new MemoryStore(), async () => 1, { attempts });
    await expect(outcome).rejects.toThrow(StoreInvalidError);
  });
});
