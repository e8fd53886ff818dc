import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  AddressOutsidePoolError,
  AddressReservedError,
  AddressTakenError,
  InvalidPoolError,
  LeaseHeldByOtherError,
  PoolExhaustedError,
} from '../errors.ts';
import { Ipam } from '../ipam.ts';
import type { PoolSpec } from '../pool/pool.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { transact } from '../store/transact.ts';
import { leaseAddress } from './lease-address.ts';

let store: MemoryStore;
let ipam: Ipam;

beforeEach(() => {
  store = new MemoryStore();
  ipam = new Ipam(store, { now: () => 1234 });
});

const at = (text: string) => IpAddress.parse(text);

async function create(prefix: string, more: Partial<PoolSpec> = {}): Promise<void> {
  await ipam.createPool({ id: 'p', prefix: IpPrefix.parse(prefix), ...more });
}

async function take(count: number): Promise<readonly string[]> {
  const taken: string[] = [];
  for (let n = 0; n < count; n += 1) taken.push(`${(await ipam.lease('p', { owner: 'web' })).address}`);
  return taken;
}

describe('leaseAddress', () => {
  it('returns the lease that findLease and listLeases return later', async () => {
    await create('10.0.0.0/24');
    const lease = await ipam.lease('p', { owner: 'web/1', labels: { tier: 'front' } });
    expect(lease).toEqual({
      poolId: 'p',
      address: at('10.0.0.1'),
      owner: 'web/1',
      leasedAt: 1234,
      labels: { tier: 'front' },
    });
    expect(await ipam.findLease('p', lease.address)).toEqual(lease);
    for (const filter of [{}, { poolId: 'p' }, { owner: 'web/1' }, { poolId: 'p', owner: 'web/1' }]) {
      expect(await ipam.listLeases(filter)).toEqual([lease]);
    }
    for (const filter of [
      { poolId: 'q' },
      { owner: 'web' },
      { owner: 'web/1/p' },
      { poolId: 'q', owner: 'web/1' },
    ]) {
      expect(await ipam.listLeases(filter)).toEqual([]);
    }
  });

  it.each<[string, Partial<PoolSpec>, readonly string[]]>([
    ['10.0.0.0/30', {}, ['10.0.0.1', '10.0.0.2']],
    ['10.0.0.0/29', {}, [1, 2, 3, 4, 5, 6].map((n) => `10.0.0.${n}`)],
    ['10.0.0.0/31', { hostPool: true }, ['10.0.0.0', '10.0.0.1']],
    ['10.0.0.7/32', { hostPool: true }, ['10.0.0.7']],
    ['fd00::/126', {}, ['fd00::1', 'fd00::2', 'fd00::3']],
    ['fd00::/127', { hostPool: true }, ['fd00::', 'fd00::1']],
    ['fd00::7/128', { hostPool: true }, ['fd00::7']],
  ])(
    'hands out exactly the leasable addresses of %s, and again after a release',
    async (prefix, more, expected) => {
      await create(prefix, more);
      for (let round = 0; round < 2; round += 1) {
        expect((await take(expected.length)).toSorted()).toEqual(expected);
        await expect(take(1)).rejects.toThrow(PoolExhaustedError);
        for (const { address, owner } of await ipam.listLeases()) await ipam.release('p', address, owner);
        expect(await ipam.usage('p')).toMatchObject({ used: 0n, outside: 0n });
      }
    },
  );

  it.each(Array.from({ length: 30 }, (_, index) => index + 1))(
    'begins and ends inside an IPv4 /%i',
    async (length) => {
      const prefix = IpPrefix.of(at('128.0.0.0'), length);
      await create(`${prefix}`);
      const first = prefix.at(1n);
      const last = prefix.at(prefix.size - 2n);
      await ipam.lease('p', { owner: 'last', address: last });
      expect(await take(1)).toEqual([`${first}`]);
      for (const address of [prefix.first, prefix.last]) {
        await expect(ipam.lease('p', { owner: 'x', address })).rejects.toThrow(AddressReservedError);
      }
    },
  );

  it.each(['0.0.0.0/0', '::/0', 'fd00::/8', 'fd00::/64', 'fd00::/65', 'fd00::/118', 'fd00::/117'])(
    'serves %s from both ends with a few small records',
    async (text) => {
      const prefix = IpPrefix.parse(text);
      await create(text);
      expect(await take(3)).toEqual([1n, 2n, 3n].map((n) => `${prefix.at(n)}`));
      await ipam.lease('p', { owner: 'far', address: prefix.at(prefix.size - 2n) });
      expect((await store.list('ipam/map/')).length).toBeLessThanOrEqual(3);
    },
  );

  it('skips whole exclusions and the rest outside of the range', async () => {
    await create('10.0.0.0/8', {
      range: IpRange.parse('10.1.0.0-10.200.0.2'),
      exclude: ['10.1.0.1-10.200.0.0', '10.200.0.2'].map((text) => IpRange.parse(text)),
    });
    expect(await ipam.usage('p')).toMatchObject({ capacity: 2n });
    expect(await take(2)).toEqual(['10.1.0.0', '10.200.0.1']);
    await expect(take(1)).rejects.toThrow(PoolExhaustedError);
  });

  it('gives back an address that was just released last', async () => {
    await create('10.0.0.0/29');
    expect(await take(2)).toEqual(['10.0.0.1', '10.0.0.2']);
    await ipam.release('p', at('10.0.0.1'), 'web');
    await ipam.release('p', at('10.0.0.2'), 'web');
    expect(await take(6)).toEqual([3, 4, 5, 6, 1, 2].map((n) => `10.0.0.${n}`));
  });

  it('leases an address that was asked for, inside the range or not, and does not give it out again', async () => {
    await create('10.0.0.0/29', { range: IpRange.parse('10.0.0.3-10.0.0.5') });
    await ipam.lease('p', { owner: 'gateway', address: at('10.0.0.1') });
    await ipam.lease('p', { owner: 'fixed', address: at('10.0.0.4') });
    expect(await ipam.usage('p')).toMatchObject({ capacity: 3n, used: 1n, free: 2n, outside: 1n });
    expect(await take(2)).toEqual(['10.0.0.3', '10.0.0.5']);
    await expect(take(1)).rejects.toThrow('all 3 leasable addresses are held');
    expect(await ipam.release('p', at('10.0.0.1'), 'gateway')).toBe(true);
    expect(await ipam.usage('p')).toMatchObject({ capacity: 3n, used: 3n, free: 0n, outside: 0n });
  });

  it('says why it refuses an address', async () => {
    await create('10.0.0.0/24', { exclude: [IpRange.parse('10.0.0.8-10.0.0.9')] });
    await ipam.lease('p', { owner: 'web', address: at('10.0.0.5') });
    const ask = (address: string) => ipam.lease('p', { owner: 'x', address: at(address) });
    await expect(ask('10.0.0.5')).rejects.toThrow(AddressTakenError);
    await expect(ask('10.0.0.5')).rejects.toThrow('cannot lease 10.0.0.5 from pool p: it is leased to web');
    await expect(ask('10.0.0.5')).rejects.toMatchObject({ owner: 'web' });
    await expect(ask('10.0.0.0')).rejects.toThrow('it is the network address');
    await expect(ask('10.0.0.255')).rejects.toThrow('it is the broadcast address');
    await expect(ask('10.0.0.9')).rejects.toThrow('the pool excludes 10.0.0.8-10.0.0.9');
    await expect(ask('10.0.0.9')).rejects.toThrow(AddressReservedError);
    await expect(ask('10.0.1.1')).rejects.toThrow('it lies outside 10.0.0.0/24');
    await expect(ask('fd00::1')).rejects.toThrow(AddressOutsidePoolError);
    await expect(ipam.lease('p', { owner: '' })).rejects.toThrow(InvalidPoolError);
  });

  it('names the anycast address of an IPv6 pool as reserved, but not its last address', async () => {
    await create('fd00::/64');
    const prefix = IpPrefix.parse('fd00::/64');
    await expect(ipam.lease('p', { owner: 'x', address: prefix.first })).rejects.toThrow('anycast');
    expect((await ipam.lease('p', { owner: 'x', address: prefix.last })).address).toEqual(prefix.last);
  });

  it('fills and empties a pool larger than a chunk', async () => {
    await create('10.0.0.0/20');
    const all = await take(4094);
    expect(new Set(all).size).toBe(4094);
    await expect(take(1)).rejects.toThrow(PoolExhaustedError);
    await ipam.release('p', at('10.0.9.9'), 'web');
    expect(await take(1)).toEqual(['10.0.9.9']);
    for (const address of all) await ipam.release('p', at(address), 'web');
    expect(await store.list('ipam/map/')).toHaveLength(1);
    expect(await ipam.deletePool('p')).toBe(true);
  });

  it('commits leases of several pools and records of the caller together, or none', async () => {
    await create('10.0.0.0/24');
    await ipam.createPool({ id: 'six', prefix: IpPrefix.parse('fd00::8/127'), hostPool: true });
    const connect = (id: string) =>
      transact(store, async (tx) => {
        for (const pool of ['p', 'six']) await leaseAddress(tx, pool, { owner: id, now: 0 });
        tx.put(`endpoint/${id}`, '');
      });
    await connect('a');
    await connect('b');
    await expect(connect('c')).rejects.toThrow(PoolExhaustedError);
    expect((await ipam.listLeases({ poolId: 'p' })).map(({ owner }) => owner)).toEqual(['a', 'b']);
    expect((await store.list('endpoint/')).map(({ key }) => key)).toEqual(['endpoint/a', 'endpoint/b']);
    expect(await ipam.listLeases({ owner: 'b' })).toHaveLength(2);
  });

  it('gives each of many callers at once an address of its own', async () => {
    await create('10.0.0.0/24');
    const leases = await Promise.all(Array.from({ length: 254 }, () => ipam.lease('p', { owner: 'web' })));
    expect(new Set(leases.map(({ address }) => `${address}`)).size).toBe(254);
    await expect(take(1)).rejects.toThrow(PoolExhaustedError);
  });
});

describe('releaseAddress', () => {
  it('frees the lease of its owner once', async () => {
    await create('10.0.0.0/24');
    const { address } = await ipam.lease('p', { owner: 'web' });
    expect(await ipam.release('p', address, 'web')).toBe(true);
    expect(await ipam.release('p', address, 'web')).toBe(false);
    expect(await ipam.listLeases()).toEqual([]);
    expect(await ipam.usage('p')).toMatchObject({ used: 0n });
  });

  it('never frees the lease of another owner, and names that owner', async () => {
    await create('10.0.0.0/24');
    const { address } = await ipam.lease('p', { owner: 'web' });
    const outcome = ipam.release('p', address, 'old-web');
    await expect(outcome).rejects.toThrow(LeaseHeldByOtherError);
    await expect(outcome).rejects.toThrow('it is leased to web');
    expect((await ipam.findLease('p', address))?.owner).toBe('web');
  });

  it('refuses an address outside the pool', async () => {
    await create('10.0.0.0/24');
    await expect(ipam.release('p', at('10.0.1.1'), 'web')).rejects.toThrow(AddressOutsidePoolError);
    await expect(ipam.release('p', at('fd00::1'), 'web')).rejects.toThrow(AddressOutsidePoolError);
  });
});
