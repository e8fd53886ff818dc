import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import { beforeEach, expect, it } from 'vitest';
import { PoolExistsError, PoolOverlapError } from '../errors.ts';
import { leaseAddress } from '../lease/lease-address.ts';
import { findLease } from '../lease/leases.ts';
import { findReservation } from '../lease/reservations.ts';
import { createPool, poolUsage } from '../pool/pools.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { transact } from '../store/transact.ts';
import { InvalidDocumentError } from './document-errors.ts';
import { exportPools } from './export-pools.ts';
import { type ImportOptions, importPools } from './import-pools.ts';
import { documentOf, type PoolDocument } from './ipam-document.ts';

const address = (text: string) => IpAddress.parse(text);
const prefix = (text: string) => IpPrefix.parse(text);
const range = (text: string) => IpRange.parse(text);

let store: MemoryStore;

beforeEach(() => {
  store = new MemoryStore();
});

function importAll(pools: readonly PoolDocument[], options: ImportOptions = { now: 1000 }) {
  return transact(store, (tx) => importPools(tx, documentOf(pools), options));
}

it('creates pools with leases, reservations, rest and cursor, counted as if each had been made here', async () => {
  const [pool] = await importAll([
    {
      id: 'blue',
      prefix: prefix('10.0.0.0/24'),
      range: range('10.0.0.16-10.0.0.31'),
      gateway: address('10.0.0.20'),
      reuseDelay: 60,
      cursor: address('10.0.0.18'),
      leases: [
        { address: address('10.0.0.17'), owner: 'a' },
        { address: address('10.0.0.30'), owner: 'b', leasedAt: 7, expiresAt: 5000, key: 'k' },
        { address: address('10.0.0.99'), owner: 'c' },
      ],
      reservations: [
        { address: address('10.0.0.17'), owner: 'a' },
        { address: address('10.0.0.18') },
        { address: address('10.0.0.98'), owner: 'd', reservedAt: 3 },
      ],
      resting: [{ address: address('10.0.0.19'), until: 2000 }],
    },
  ]);
  expect(pool).toMatchObject({ id: 'blue', capacity: 15n, reuseDelay: 60 });
  await transact(store, async (tx) => {
    expect(await poolUsage(tx, 'blue')).toEqual({
      capacity: 15n,
      used: 2n,
      reserved: 1n,
      resting: 1n,
      free: 11n,
      outside: 1n,
    });
    expect(await findLease(tx, 'blue', address('10.0.0.17'))).toMatchObject({
      owner: 'a',
      leasedAt: 1000,
      labels: {},
    });
    expect(await findReservation(tx, 'blue', address('10.0.0.98'))).toMatchObject({
      owner: 'd',
      reservedAt: 3,
    });
    expect(await findReservation(tx, 'blue', address('10.0.0.18'))).toMatchObject({ reservedAt: 1000 });
  });
  const next = await transact(store, (tx) => leaseAddress(tx, 'blue', { owner: 'x', now: 1000 }));
  // Behind the cursor, .19 rests and .20 is the gateway.
  expect(`${next.address}`).toBe('10.0.0.21');
  const again = await transact(store, (tx) => leaseAddress(tx, 'blue', { owner: 'b', key: 'k', now: 1000 }));
  expect(`${again.address}`).toBe('10.0.0.30');
});

it('ends leases and rests that were imported when their time has come', async () => {
  await importAll([
    {
      id: 'tiny',
      prefix: prefix('10.0.0.0/30'),
      reuseDelay: 10,
      leases: [{ address: address('10.0.0.1'), owner: 'a', expiresAt: 2000 }],
      resting: [{ address: address('10.0.0.2'), until: 3000 }],
    },
  ]);
  const first = await transact(store, (tx) => leaseAddress(tx, 'tiny', { owner: 'x', now: 2500 }));
  const second = await transact(store, (tx) => leaseAddress(tx, 'tiny', { owner: 'y', now: 3500 }));
  expect([`${first.address}`, `${second.address}`].sort()).toEqual(['10.0.0.1', '10.0.0.2']);
});

it('imports several pools of a group, of both families and of one address', async () => {
  await importAll([
    { id: 'a', prefix: prefix('10.0.0.0/24'), group: 'g' },
    {
      id: 'b',
      prefix: prefix('fd00::/64'),
      group: 'g',
      leases: [{ address: address('fd00::9'), owner: 'x' }],
    },
    {
      id: 'c',
      prefix: prefix('10.0.1.1/32'),
      hostPool: true,
      leases: [{ address: address('10.0.1.1'), owner: 'x' }],
    },
  ]);
  const { pools } = await transact(store, exportPools);
  expect(pools.map(({ id, group, leases }) => [id, group, leases?.length])).toEqual([
    ['a', 'g', 0],
    ['b', 'g', 1],
    ['c', undefined, 1],
  ]);
});

const ten = { id: 'p', prefix: prefix('10.0.0.0/24') };
const held = (...texts: readonly string[]) => texts.map((text) => ({ address: address(text), owner: 'x' }));

it.for<[string, readonly PoolDocument[], string, string]>([
  [
    'outside',
    [{ ...ten, leases: held('10.0.0.5', '10.0.1.5') }],
    'pools[0].leases[1].address',
    '10.0.1.5 lies outside 10.0.0.0/24',
  ],
  [
    'of the other family',
    [{ ...ten, leases: held('fd00::1') }],
    'pools[0].leases[0].address',
    'fd00::1 lies outside',
  ],
  [
    'a network address',
    [{ ...ten, leases: held('10.0.0.0') }],
    'pools[0].leases[0].address',
    'it is the network address',
  ],
  [
    'a broadcast address',
    [{ ...ten, reservations: held('10.0.0.255') }],
    'pools[0].reservations[0].address',
    'it is the broadcast address',
  ],
  [
    'the gateway',
    [{ ...ten, gateway: address('10.0.0.1'), leases: held('10.0.0.1') }],
    'pools[0].leases[0].address',
    'it is the gateway',
  ],
  [
    'excluded',
    [{ ...ten, exclude: [prefix('10.0.0.8/29')], leases: held('10.0.0.7', '10.0.0.9') }],
    'pools[0].leases[1].address',
    'the pool excludes 10.0.0.8-10.0.0.15',
  ],
  [
    'twice',
    [{ ...ten, leases: held('10.0.0.7', '10.0.0.9', '10.0.0.7') }],
    'pools[0].leases[2].address',
    'pools[0].leases[0] has the same address',
  ],
  [
    'leased and at rest',
    [{ ...ten, leases: held('10.0.0.7'), resting: [{ address: address('10.0.0.7'), until: 1 }] }],
    'pools[0].leases[0].address',
    'pools[0].resting[0] has the same address',
  ],
  [
    'at rest outside the range',
    [{ ...ten, range: range('10.0.0.8-10.0.0.9'), resting: [{ address: address('10.0.0.7'), until: 1 }] }],
    'pools[0].resting[0].address',
    'only addresses that the pool gives out by itself rest',
  ],
  [
    'reserved for another',
    [{ ...ten, leases: held('10.0.0.7'), reservations: [{ address: address('10.0.0.7'), owner: 'y' }] }],
    'pools[0].leases[0].owner',
    'it is x, but pools[0].reservations[0] keeps the address for y',
  ],
  [
    'reserved for nobody',
    [{ ...ten, leases: held('10.0.0.7'), reservations: [{ address: address('10.0.0.7') }] }],
    'pools[0].leases[0].owner',
    'keeps the address for nobody',
  ],
  [
    'of no owner',
    [{ ...ten, leases: [{ address: address('10.0.0.7'), owner: '' }] }],
    'pools[0].leases[0].owner',
    'the owner is not a text of 1 to 256 characters',
  ],
  [
    'of too long a key',
    [{ ...ten, leases: [{ address: address('10.0.0.7'), owner: 'x', key: 'k'.repeat(257) }] }],
    'pools[0].leases[0].key',
    'the key is not a text of 1 to 256 characters',
  ],
  [
    'of no time',
    [{ ...ten, leases: [{ address: address('10.0.0.7'), owner: 'x', leasedAt: -1 }] }],
    'pools[0].leases[0].leasedAt',
    '-1 is no time',
  ],
  [
    'of no end',
    [{ ...ten, leases: [{ address: address('10.0.0.7'), owner: 'x', expiresAt: 1.5 }] }],
    'pools[0].leases[0].expiresAt',
    '1.5 is no time',
  ],
  [
    'reserved at no time',
    [{ ...ten, reservations: [{ address: address('10.0.0.7'), reservedAt: Number.NaN }] }],
    'pools[0].reservations[0].reservedAt',
    'NaN is no time',
  ],
  [
    'at rest until no time',
    [{ ...ten, resting: [{ address: address('10.0.0.7'), until: 2 ** 60 }] }],
    'pools[0].resting[0].until',
    'is no time',
  ],
  [
    'a cursor outside',
    [{ ...ten, cursor: address('10.0.1.0') }],
    'pools[0].cursor',
    '10.0.1.0 lies outside 10.0.0.0/24',
  ],
  [
    'in a pool that makes no sense',
    [ten, { id: 'q', prefix: prefix('10.1.0.1/24') }],
    'pools[1]',
    'the prefix has host bits',
  ],
  [
    'in a pool of the same id',
    [ten, { id: 'p', prefix: prefix('10.1.0.0/24') }],
    'pools[1].id',
    'pools[0] has the id p too',
  ],
  [
    'in a pool that overlaps',
    [ten, { id: 'q', prefix: prefix('10.1.0.0/24') }, { id: 'r', prefix: prefix('10.0.0.0/8') }],
    'pools[0].prefix',
    '10.0.0.0/24 overlaps pools[2] with 10.0.0.0/8',
  ],
])('refuses what is %s, and writes nothing', async ([, pools, path, reason]) => {
  const fine = { id: 'fine', prefix: prefix('192.168.0.0/24'), leases: held('192.168.0.9') };
  const error = await importAll([...pools, fine]).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(InvalidDocumentError);
  expect(error.path).toBe(path);
  expect(error.reason).toContain(reason);
  expect(error.hint).not.toBe('');
  expect(await store.list('')).toEqual([]);
});

it.for<[string, Record<string, unknown>]>([
  ['pools[0].prefix', { prefix: '10.0.0.0/24' }],
  ['pools[0].labels', { labels: 'red' }],
  ['pools[0].labels["color"]', { labels: { color: 7 } }],
  ['pools[0].cursor', { cursor: '10.0.0.9' }],
  ['pools[0].carvedFrom', { carvedFrom: { prefix: prefix('10.0.0.0/8'), length: 4 } }],
  ['pools[0].leases[0].owner', { leases: [{ address: address('10.0.0.7') }] }],
  ['pools[0].leases[0].address', { leases: [{ owner: 'x' }] }],
  [
    'pools[0].leases[0].labels["a b"]',
    { leases: [{ address: address('10.0.0.7'), owner: 'x', labels: { 'a b': {} } }] },
  ],
  ['pools[0].reservations[0].address', { reservations: [{ address: '10.0.0.7' }] }],
  ['pools[0].reservations[0].labels', { reservations: [{ address: address('10.0.0.7'), labels: null }] }],
  ['pools[0].resting[0].until', { resting: [{ address: address('10.0.0.7') }] }],
])('says at %s what no type has kept out, and writes nothing', async ([path, change]) => {
  const pool = { ...ten, ...change } as unknown as PoolDocument;
  const error = await importAll([pool]).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(InvalidDocumentError);
  expect(error.path).toBe(path);
  expect(await store.list('')).toEqual([]);
});

it('refuses pools that clash with those in the store, and writes nothing', async () => {
  await transact(store, (tx) => createPool(tx, ten));
  const before = await store.list('');
  await expect(importAll([{ id: 'q', prefix: prefix('10.1.0.0/24') }, ten])).rejects.toThrow(PoolExistsError);
  await expect(importAll([{ id: 'q', prefix: prefix('10.0.0.0/8') }])).rejects.toMatchObject({
    code: 'IPAM_POOL_OVERLAP',
    poolId: 'p',
  });
  await expect(importAll([{ id: 'q', prefix: prefix('10.0.0.128/25') }])).rejects.toThrow(PoolOverlapError);
  expect(await store.list('')).toEqual(before);
});

it('asks the store once for each 1,024 addresses, not for each', async () => {
  let calls = 0;
  class CountingStore extends MemoryStore {
    override get(keys: readonly string[]) {
      calls += 1;
      return super.get(keys);
    }
    override list(...args: Parameters<MemoryStore['list']>) {
      calls += 1;
      return super.list(...args);
    }
  }
  store = new CountingStore();
  const wide = prefix('10.0.0.0/16');
  const leases = Array.from({ length: 40_960 }, (_, index) => ({
    address: wide.at(BigInt(index + 1)),
    owner: `o${index}`,
  }));
  await importAll([{ id: 'wide', prefix: wide, leases }]);
  expect(calls).toBeLessThanOrEqual(50);
  await expect(transact(store, (tx) => poolUsage(tx, 'wide'))).resolves.toMatchObject({ used: 40_960n });
});
