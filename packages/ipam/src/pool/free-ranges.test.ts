import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AddressOutsidePoolError, PoolNotFoundError } from '../errors.ts';
import { leaseAddress, leaseMany } from '../lease/lease-address.ts';
import { releaseAddress } from '../lease/release-address.ts';
import { reserveAddress } from '../lease/reservations.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { transact } from '../store/transact.ts';
import type { Transaction } from '../store/transaction.ts';
import { type FreeRangesPage, freeRanges } from './free-ranges.ts';
import type { PoolSpec } from './pool.ts';
import { PoolLedger } from './pool-ledger.ts';
import { createPool } from './pools.ts';

const at = (text: string) => IpAddress.parse(text);

async function read(store: Store, page: FreeRangesPage = {}, id = 'p'): Promise<readonly string[]> {
  return (await transact(store, (tx) => freeRanges(tx, id, page))).map(String);
}

async function withPool(spec: Omit<PoolSpec, 'id'>): Promise<MemoryStore> {
  const store = new MemoryStore();
  await transact(store, (tx) => createPool(tx, { id: 'p', ...spec }));
  return store;
}

describe('freeRanges', () => {
  it('leaves out what no lease without a name gets', async () => {
    const store = await withPool({
      prefix: IpPrefix.parse('10.0.0.0/24'),
      range: IpRange.parse('10.0.0.0-10.0.0.99'),
      gateway: at('10.0.0.1'),
      exclude: [IpRange.parse('10.0.0.16-10.0.0.31')],
      reuseDelay: 1000,
    });
    expect(await read(store)).toEqual(['10.0.0.2-10.0.0.15', '10.0.0.32-10.0.0.99']);
    await transact(store, async (tx) => {
      await leaseMany(tx, 'p', { owner: 'web', count: 3, now: 0 });
      await leaseAddress(tx, 'p', { owner: 'web', address: at('10.0.0.200'), now: 0 });
      await releaseAddress(tx, 'p', at('10.0.0.3'), 'web', 0);
      await reserveAddress(tx, 'p', { address: at('10.0.0.99'), now: 0 });
      await reserveAddress(tx, 'p', { address: at('10.0.0.40'), owner: 'db', now: 0 });
    });
    expect(await read(store)).toEqual(['10.0.0.5-10.0.0.15', '10.0.0.32-10.0.0.39', '10.0.0.41-10.0.0.98']);
  });

  it('answers for a pool of 2^64 addresses with a few calls to the store', async () => {
    const store = await withPool({ prefix: IpPrefix.parse('fd00::/64') });
    await transact(store, async (tx) => {
      for (const address of ['fd00::1', 'fd00::8000:0:0:0', 'fd00::ffff:ffff:ffff:ffff']) {
        await leaseAddress(tx, 'p', { owner: 'web', address: at(address), now: 0 });
      }
    });
    const spies = (['get', 'list', 'commit'] as const).map((method) => vi.spyOn(store, method));
    expect(await read(store)).toEqual([
      'fd00::2-fd00::7fff:ffff:ffff:ffff',
      'fd00::8000:0:0:1-fd00::ffff:ffff:ffff:fffe',
    ]);
    expect(spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)).toBeLessThan(20);
  });

  it('jumps over a long run of leases', async () => {
    const store = await withPool({ prefix: IpPrefix.parse('10.0.0.0/16') });
    await transact(store, (tx) => leaseMany(tx, 'p', { owner: 'web', count: 50_000, now: 0 }));
    const list = vi.spyOn(store, 'list');
    expect(await read(store)).toEqual(['10.0.195.81-10.0.255.254']);
    expect(list.mock.calls.length).toBe(3);
  });

  it('reads on behind the page before', async () => {
    const store = await withPool({ prefix: IpPrefix.parse('10.0.0.0/28') });
    for (const last of [3, 6, 9]) {
      const address = at(`10.0.0.${last}`);
      await transact(store, (tx) => leaseAddress(tx, 'p', { owner: 'web', address, now: 0 }));
    }
    expect(await read(store, { limit: 2 })).toEqual(['10.0.0.1-10.0.0.2', '10.0.0.4-10.0.0.5']);
    expect(await read(store, { limit: 2, after: at('10.0.0.5') })).toEqual([
      '10.0.0.7-10.0.0.8',
      '10.0.0.10-10.0.0.14',
    ]);
    expect(await read(store, { after: at('10.0.0.12') })).toEqual(['10.0.0.13-10.0.0.14']);
    expect(await read(store, { after: at('10.0.0.15') })).toEqual([]);
  });

  it('refuses an address of another pool, and names a pool that is not there', async () => {
    const store = await withPool({ prefix: IpPrefix.parse('10.0.0.0/28') });
    await expect(read(store, { after: at('10.0.1.0') })).rejects.toThrow(AddressOutsidePoolError);
    await expect(read(store, {}, 'q')).rejects.toThrow(PoolNotFoundError);
  });
});

describe('freeRanges in any pool', () => {
  let directory: string;
  let sqlite: SqliteStore;
  let runs = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
    sqlite = await SqliteStore.open(join(directory, 'store.db'));
  });

  afterAll(async () => {
    await sqlite.close();
    await rm(directory, { recursive: true });
  });

  /** A 12-bit pool spans several chunks of the bitmap. */
  const prefixes = fc.constantFrom('10.0.0.0/20', '10.0.0.0/27', 'fd00::/116', 'fd00::/126');
  const marks = fc.array(
    fc.tuple(
      fc.constantFrom('lease', 'run', 'reserve', 'rest'),
      fc.nat(4095),
      fc.integer({ min: 1, max: 1500 }),
    ),
    { maxLength: 12 },
  );

  it('holds the addresses that are free one by one, in the fewest ranges, page after page', async () => {
    await fc.assert(
      fc.asyncProperty(prefixes, marks, fc.integer({ min: 1, max: 5 }), async (text, steps, limit) => {
        runs += 1;
        const prefix = IpPrefix.parse(text);
        const id = `${runs}`;
        for (const store of [new MemoryStore(), sqlite]) {
          await transact(store, async (tx) => {
            await createPool(tx, { id, prefix, gateway: prefix.at(2n), reuseDelay: 1000 });
            for (const [what, number, count] of steps) {
              await mark(tx, id, what, prefix.at(BigInt(number) % prefix.size), count).catch(() => undefined);
            }
          });
          const expected = await transact(store, (tx) => freeOneByOne(tx, id));
          expect(await read(store, {}, id)).toEqual(expected);
          const pages: IpRange[] = [];
          for (;;) {
            const after = pages.at(-1)?.last;
            const page = await transact(store, (tx) => freeRanges(tx, id, { after, limit }));
            pages.push(...page);
            if (page.length < limit) break;
          }
          expect(pages.map(String)).toEqual(expected);
          await transact(store, (tx) => clear(tx));
        }
      }),
      { numRuns: 40 },
    );
  });

  async function mark(tx: Transaction, id: string, what: string, address: IpAddress, count: number) {
    if (what === 'run') await leaseMany(tx, id, { owner: 'web', count, now: 0 });
    else if (what === 'reserve') await reserveAddress(tx, id, { address, now: 0 });
    else await leaseAddress(tx, id, { owner: 'web', address, now: 0 });
    if (what === 'rest') await releaseAddress(tx, id, address, 'web', 0);
  }

  async function freeOneByOne(tx: Transaction, id: string): Promise<readonly string[]> {
    const ledger = await PoolLedger.open(tx, id, 'test');
    const { prefix } = ledger.pool;
    const found: [IpAddress, IpAddress][] = [];
    for (let offset = 0n; offset < prefix.size; offset += 1n) {
      if (!ledger.isInside(offset) || (await ledger.tree.has(offset))) continue;
      const address = prefix.at(offset);
      const last = found.at(-1);
      if (last?.[1].add(1n).equals(address)) last[1] = address;
      else found.push([address, address]);
    }
    return found.map(([first, last]) => `${IpRange.of(first, last)}`);
  }

  async function clear(tx: Transaction): Promise<void> {
    for (const { key } of await tx.list('')) tx.delete(key);
  }
});
