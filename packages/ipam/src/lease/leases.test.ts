import { IpAddress, IpPrefix } from '@tsnet/inet';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPool } from '../pool/pools.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { transact } from '../store/transact.ts';
import type { Lease } from './lease.ts';
import { leaseAddress, leaseMany } from './lease-address.ts';
import { iterateLeases, type LeaseFilter, listLeases } from './leases.ts';
import { releaseAddress } from './release-address.ts';

let store: MemoryStore;

beforeEach(async () => {
  store = new MemoryStore();
  await transact(store, async (tx) => {
    await createPool(tx, { id: 'b', prefix: IpPrefix.parse('10.0.1.0/24') });
    await createPool(tx, { id: 'a/1', prefix: IpPrefix.parse('10.0.0.0/24') });
    await leaseMany(tx, 'b', { owner: 'web', count: 12, now: 0 });
    await leaseMany(tx, 'a/1', { owner: 'db', count: 7, now: 0 });
    await leaseAddress(tx, 'a/1', { owner: 'web', now: 0 });
  });
});

async function iterate(filter: LeaseFilter = {}, pageSize?: number): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const lease of iterateLeases(store, filter, { pageSize })) found.push(`${lease.address}`);
  return found;
}

describe('listLeases', () => {
  it.each<readonly [string, LeaseFilter]>([
    ['all', {}],
    ['those of a pool', { poolId: 'b' }],
    ['those of an owner', { owner: 'web' }],
    ['those of an owner in a pool', { owner: 'db', poolId: 'a/1' }],
  ])('lists %s in pages that together are the whole', async (_, filter) => {
    const whole = await transact(store, (tx) => listLeases(tx, filter));
    expect(whole.length).toBeGreaterThan(4);
    for (const limit of [1, 5, whole.length, 100]) {
      const read: Lease[] = [];
      let page: readonly Lease[];
      do {
        const after = read.at(-1);
        page = await transact(store, (tx) => listLeases(tx, filter, { after, limit }));
        expect(page.length).toBeLessThanOrEqual(limit);
        read.push(...page);
      } while (page.length > 0);
      expect(read).toEqual(whole);
    }
  });
});

describe('iterateLeases', () => {
  it('yields what listLeases lists, whatever the size of a page', async () => {
    for (const filter of [{}, { owner: 'web' }, { poolId: 'b' }]) {
      const whole = await transact(store, (tx) => listLeases(tx, filter));
      const expected = whole.map(({ address }) => `${address}`);
      for (const size of [1, 4, expected.length, undefined])
        expect(await iterate(filter, size)).toEqual(expected);
    }
  });

  it('yields every lease that lasts exactly once, though others come and go', async () => {
    const held = (last: number) => IpAddress.parse(`10.0.1.${last}`);
    const found: string[] = [];
    for await (const { address } of iterateLeases(store, { poolId: 'b' }, { pageSize: 3 })) {
      found.push(`${address}`);
      if (found.length !== 3) continue;
      await transact(store, async (tx) => {
        // One behind the page that was read, one in it, and the very place where the next page begins.
        for (const last of [10, 1, 3]) await releaseAddress(tx, 'b', held(last), 'web');
        await leaseAddress(tx, 'b', { owner: 'new', address: held(200), now: 0 });
      });
    }
    const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 200].map((last) => `${held(last)}`);
    expect(found).toEqual(expected);
  });

  it('reads no page that nobody wants', async () => {
    const leases = iterateLeases(store, {}, { pageSize: 2 });
    await leases.next();
    await store.close();
    expect((await leases.next()).value).toMatchObject({ owner: 'db' });
    await expect(leases.next()).rejects.toThrow('it is closed');
  });
});
