import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  InvalidPoolError,
  PoolExistsError,
  PoolInUseError,
  PoolNotFoundError,
  PoolOverlapError,
} from '../errors.ts';
import { Ipam } from '../ipam.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { StoreCorruptError } from '../store/store-errors.ts';
import type { PoolSpec } from './pool.ts';

let store: MemoryStore;
let ipam: Ipam;

beforeEach(() => {
  store = new MemoryStore();
  ipam = new Ipam(store, { now: () => 1234 });
});

function spec(id: string, prefix: string, more: Partial<PoolSpec> = {}): PoolSpec {
  return { id, prefix: IpPrefix.parse(prefix), ...more };
}

describe('createPool', () => {
  it('returns what findPool, getPool and listPools return later', async () => {
    const pool = await ipam.createPool(
      spec('a/b é', '10.0.0.0/24', {
        range: IpRange.parse('10.0.0.10-10.0.0.20'),
        exclude: [IpRange.parse('10.0.0.15'), IpRange.parse('10.0.0.12-10.0.0.13')],
        labels: { team: 'blue' },
      }),
    );
    expect(pool).toMatchObject({ capacity: 8n, hostPool: false, labels: { team: 'blue' } });
    expect(pool.exclude.map((range) => `${range.first}`)).toEqual(['10.0.0.12', '10.0.0.15']);
    expect(await ipam.findPool('a/b é')).toEqual(pool);
    expect(await ipam.getPool('a/b é')).toEqual(pool);
    expect(await ipam.listPools()).toEqual([pool]);
  });

  it.each([
    ['10.0.0.0/24', 254n],
    ['10.0.0.0/30', 2n],
    ['0.0.0.0/0', 2n ** 32n - 2n],
    ['fd00::/126', 3n],
    ['fd00::/64', 2n ** 64n - 1n],
    ['::/0', 2n ** 128n - 1n],
  ])('counts the leasable addresses of %s', async (prefix, capacity) => {
    expect((await ipam.createPool(spec('p', prefix))).capacity).toBe(capacity);
  });

  it.each([
    ['10.0.0.0/31', 2n],
    ['10.0.0.1/32', 1n],
    ['fd00::/127', 2n],
    ['fd00::1/128', 1n],
  ])('creates %s only as a host pool', async (prefix, capacity) => {
    await expect(ipam.createPool(spec('p', prefix))).rejects.toThrow(
      'has no room beside its reserved addresses',
    );
    expect((await ipam.createPool(spec('p', prefix, { hostPool: true }))).capacity).toBe(capacity);
  });

  it.each<[string, string, Partial<PoolSpec>, string]>([
    ['host bits', '10.0.0.1/24', {}, 'the prefix has host bits'],
    [
      'a range outside',
      '10.0.0.0/24',
      { range: IpRange.parse('10.0.0.200-10.0.1.5') },
      'range 10.0.0.200-10.0.1.5 does not lie in the prefix',
    ],
    [
      'a range of the other family',
      '10.0.0.0/24',
      { range: IpRange.parse('fd00::1') },
      'range fd00::1 does not lie in the prefix',
    ],
    [
      'an exclusion outside',
      '10.0.0.0/24',
      { exclude: [IpRange.parse('10.0.1.1')] },
      'exclusion 10.0.1.1 does not lie in the prefix',
    ],
    [
      'an address excluded twice',
      '10.0.0.0/24',
      { exclude: [IpRange.parse('10.0.0.5-10.0.0.9'), IpRange.parse('10.0.0.9')] },
      'exclusions 10.0.0.5-10.0.0.9 and 10.0.0.9 overlap',
    ],
    [
      'nothing left by exclusions',
      '10.0.0.0/30',
      { exclude: [IpRange.parse('10.0.0.1-10.0.0.2')] },
      'no leasable address is left',
    ],
    [
      'a range of reserved addresses',
      '10.0.0.0/24',
      { range: IpRange.parse('10.0.0.0') },
      'no leasable address is left',
    ],
  ])('refuses %s', async (_, prefix, more, reason) => {
    const outcome = ipam.createPool(spec('p', prefix, more));
    await expect(outcome).rejects.toThrow(InvalidPoolError);
    await expect(outcome).rejects.toThrow(`cannot create pool p with ${prefix}: ${reason}`);
    expect(await store.list('')).toEqual([]);
  });

  it.each([[''], ['x'.repeat(257)], ['\ud800']])('refuses the id %j', async (id) => {
    await expect(ipam.createPool(spec(id, '10.0.0.0/24'))).rejects.toThrow(InvalidPoolError);
  });

  it('refuses an id that exists, and leaves that pool as it is', async () => {
    await ipam.createPool(spec('p', '10.0.0.0/24'));
    await expect(ipam.createPool(spec('p', '10.1.0.0/24'))).rejects.toThrow(PoolExistsError);
    expect(`${(await ipam.getPool('p')).prefix}`).toBe('10.0.0.0/24');
  });

  it.each([
    ['10.4.0.0/16', '10.4.7.0/24'],
    ['10.4.7.0/24', '10.4.0.0/16'],
    ['10.4.0.0/16', '10.4.0.0/16'],
    ['10.4.0.0/16', '0.0.0.0/0'],
    ['0.0.0.0/0', '10.4.0.0/16'],
    ['fd00::/48', 'fd00:0:0:7::/64'],
    ['fd00:0:0:7::/64', 'fd00::/48'],
  ])('refuses, beside a pool of %s, one of %s and names the first', async (first, second) => {
    await ipam.createPool(spec('other', first));
    const outcome = ipam.createPool(spec('p', second));
    await expect(outcome).rejects.toThrow(PoolOverlapError);
    await expect(outcome).rejects.toThrow(`it overlaps pool other with ${first}`);
  });

  it.each([
    ['10.4.0.0/16', '10.5.0.0/16'],
    ['10.0.0.0/25', '10.0.0.128/25'],
    ['0.0.0.0/0', '::/0'],
  ])('allows %s beside %s', async (first, second) => {
    await ipam.createPool(spec('one', first));
    await ipam.createPool(spec('two', second));
    expect(await ipam.listPools()).toHaveLength(2);
  });

  it('lets one of two that overlap win when both are created at once', async () => {
    const outcomes = await Promise.allSettled([
      ipam.createPool(spec('a', '10.0.0.0/16')),
      ipam.createPool(spec('b', '10.0.3.0/24')),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await ipam.listPools()).toHaveLength(1);
  });
});

describe('deletePool', () => {
  it('leaves no trace, so that id and prefix are free again', async () => {
    await ipam.createPool(spec('p', '10.0.0.0/24'));
    const lease = await ipam.lease('p', { owner: 'web' });
    await ipam.release('p', lease.address, 'web');
    expect(await ipam.deletePool('p')).toBe(true);
    expect(await store.list('')).toEqual([]);
    await ipam.createPool(spec('p', '10.0.0.0/24'));
  });

  it('returns false for a pool that is gone', async () => {
    expect(await ipam.deletePool('p')).toBe(false);
  });

  it('refuses while there are leases, says how many and names a holder', async () => {
    await ipam.createPool(spec('p', '10.0.0.0/24', { range: IpRange.parse('10.0.0.10-10.0.0.20') }));
    await ipam.lease('p', { owner: 'gateway', address: IpAddress.parse('10.0.0.1') });
    await ipam.lease('p', { owner: 'web' });
    const outcome = ipam.deletePool('p');
    await expect(outcome).rejects.toThrow(PoolInUseError);
    await expect(outcome).rejects.toThrow('it has 2 leases, such as 10.0.0.1 of gateway');
  });
});

it('says that a pool does not exist', async () => {
  expect(await ipam.findPool('x')).toBeUndefined();
  const address = IpAddress.parse('10.0.0.1');
  for (const attempt of [
    ipam.getPool('x'),
    ipam.usage('x'),
    ipam.lease('x', { owner: 'web' }),
    ipam.release('x', address, 'web'),
  ]) {
    await expect(attempt).rejects.toThrow(PoolNotFoundError);
  }
});

it.each([
  ['the pool', 'ipam/pool/p', '{'],
  ['its counters', 'ipam/map/p/state', 'x'],
  ['its bitmap', 'ipam/map/p/0/0', 'x'],
])('reports damage to %s as corrupt instead of handing out an address', async (_, key, value) => {
  await ipam.createPool(spec('p', '10.0.0.0/24'));
  await store.commit({ checks: [], puts: [{ key, value }], deletes: [] });
  await expect(ipam.lease('p', { owner: 'web' })).rejects.toThrow(StoreCorruptError);
});
