import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  InvalidLeaseError,
  InvalidPoolError,
  LeaseHeldByOtherError,
  LeaseKeyConflictError,
  LeaseNotFoundError,
  PoolExhaustedError,
  PoolInUseError,
} from '../errors.ts';
import { Ipam } from '../ipam.ts';
import { deletePool } from '../pool/pools.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { transact } from '../store/transact.ts';
import { leaseAddress } from './lease-address.ts';
import { releasePool } from './release-address.ts';

let store: MemoryStore;
let ipam: Ipam;
let now: number;

beforeEach(async () => {
  store = new MemoryStore();
  now = 1000;
  ipam = new Ipam(store, { now: () => now });
  await ipam.createPool({ id: 'p', prefix: IpPrefix.parse('10.0.0.0/29') });
});

const at = (text: string) => IpAddress.parse(text);
const held = async () => (await ipam.listLeases()).map(({ address, owner }) => `${address} ${owner}`);

describe('a lease under a key', () => {
  it('is the same lease when its owner asks again, and another for another key or owner', async () => {
    const first = await ipam.lease('p', { owner: 'a', key: 'eth0', labels: { role: 'web' } });
    now += 5;
    expect(await ipam.lease('p', { owner: 'a', key: 'eth0' })).toEqual(first);
    expect(`${(await ipam.lease('p', { owner: 'a', key: 'eth1' })).address}`).toBe('10.0.0.2');
    expect(`${(await ipam.lease('p', { owner: 'b', key: 'eth0' })).address}`).toBe('10.0.0.3');
    expect((await ipam.usage('p')).used).toBe(3n);
  });

  it('is found by the address that it has, and refused with another', async () => {
    const { address } = await ipam.lease('p', { owner: 'a', key: 'k' });
    expect((await ipam.lease('p', { owner: 'a', key: 'k', address })).address).toEqual(address);
    const other = ipam.lease('p', { owner: 'a', key: 'k', address: at('10.0.0.6') });
    await expect(other).rejects.toThrow(LeaseKeyConflictError);
    await expect(other).rejects.toThrow('under that key it holds 10.0.0.1, which is not what was asked for');
  });

  it('is forgotten with its lease: the key may be used again', async () => {
    const { address } = await ipam.lease('p', { owner: 'a', key: 'k' });
    await ipam.release('p', address, 'a');
    expect(`${(await ipam.lease('p', { owner: 'a', key: 'k' })).address}`).toBe('10.0.0.2');
  });

  it('covers all the leases of a batch', async () => {
    const batch = await ipam.leaseMany('p', { owner: 'a', key: 'k', count: 3 });
    expect(await ipam.leaseMany('p', { owner: 'a', key: 'k', count: 3 })).toEqual(batch);
    await expect(ipam.leaseMany('p', { owner: 'a', key: 'k', count: 2 })).rejects.toThrow(
      'it holds 3 addresses',
    );
    await expect(ipam.lease('p', { owner: 'a', key: 'k' })).rejects.toThrow(LeaseKeyConflictError);
  });
});

describe('a lease for a time', () => {
  it('ends by itself: its address is there for the next who asks for it', async () => {
    const { address, expiresAt } = await ipam.lease('p', { owner: 'a', ttl: 100 });
    expect(expiresAt).toBe(1100);
    now = 1099;
    await expect(ipam.lease('p', { owner: 'b', address })).rejects.toThrow('it is leased to a');
    now = 1100;
    expect((await ipam.lease('p', { owner: 'b', address })).owner).toBe('b');
    expect(await held()).toEqual(['10.0.0.1 b']);
  });

  it('keeps nobody from an address when the pool is full', async () => {
    await ipam.leaseMany('p', { owner: 'a', ttl: 100, count: 6 });
    await expect(ipam.lease('p', { owner: 'b' })).rejects.toThrow(PoolExhaustedError);
    now = 1100;
    await ipam.leaseMany('p', { owner: 'b', count: 6 });
    expect(new Set((await ipam.listLeases()).map(({ owner }) => owner))).toEqual(new Set(['b']));
  });

  it('lasts longer when it is renewed by its owner, in time', async () => {
    const { address } = await ipam.lease('p', { owner: 'a', ttl: 100 });
    now = 1050;
    await expect(ipam.renew('p', address, { owner: 'b', ttl: 100 })).rejects.toThrow(LeaseHeldByOtherError);
    expect((await ipam.renew('p', address, { owner: 'a', ttl: 100 })).expiresAt).toBe(1150);
    now = 1149;
    expect(await ipam.reclaimExpired('p')).toBe(0);
    now = 1150;
    const late = ipam.renew('p', address, { owner: 'a', ttl: 100 });
    await expect(late).rejects.toThrow(LeaseNotFoundError);
    await expect(late).rejects.toThrow('cannot renew 10.0.0.1 of pool p: nobody holds it');
    expect(await ipam.reclaimExpired('p')).toBe(1);
    expect(await held()).toEqual([]);
  });

  it('lasts for ever when it is renewed without an end', async () => {
    const { address } = await ipam.lease('p', { owner: 'a', ttl: 100 });
    await ipam.renew('p', address, { owner: 'a' });
    now = 1e12;
    expect(await ipam.reclaimExpired('p')).toBe(0);
    expect(await held()).toEqual(['10.0.0.1 a']);
  });

  it('is nothing that a late release could free', async () => {
    const { address } = await ipam.lease('p', { owner: 'a', ttl: 100 });
    now = 1100;
    expect(await ipam.release('p', address, 'a')).toBe(false);
    await ipam.lease('p', { owner: 'b', address });
    await expect(ipam.release('p', address, 'a')).rejects.toThrow(LeaseHeldByOtherError);
    expect(await held()).toEqual(['10.0.0.1 b']);
  });

  it('is no hindrance to the end of its pool', async () => {
    await ipam.lease('p', { owner: 'a', ttl: 100 });
    await expect(ipam.deletePool('p')).rejects.toThrow(PoolInUseError);
    now = 1100;
    expect(await ipam.deletePool('p')).toBe(true);
    expect(await store.list('')).toEqual([]);
  });

  it.each([
    ['a ttl of nothing', { ttl: 0 }],
    ['a ttl that is no number', { ttl: Number.NaN }],
    ['a part of a millisecond', { ttl: 1.5 }],
    ['a ttl beyond all calendars', { ttl: 1e15 }],
  ])('is refused with %s', async (_, request) => {
    await expect(ipam.lease('p', { owner: 'a', ...request })).rejects.toThrow(InvalidLeaseError);
    expect(await held()).toEqual([]);
  });

  it.each([-1, Number.NaN, 1e15])('is refused when the clock says %d', async (time) => {
    now = time;
    await expect(ipam.lease('p', { owner: 'a', ttl: 1 })).rejects.toThrow(InvalidLeaseError);
  });
});

describe('a preferred address', () => {
  it('is leased when it can be had, and the next one otherwise', async () => {
    const preferred = at('10.0.0.5');
    expect(`${(await ipam.lease('p', { owner: 'a', preferred })).address}`).toBe('10.0.0.5');
    expect(`${(await ipam.lease('p', { owner: 'b', preferred })).address}`).toBe('10.0.0.1');
    await expect(ipam.lease('p', { owner: 'c', preferred: at('10.0.0.7') })).rejects.toThrow('broadcast');
  });
});

describe('leaseMany', () => {
  it('leases all in one commit, or none', async () => {
    const leases = await ipam.leaseMany('p', { owner: 'a', count: 4 });
    expect(leases.map(({ address }) => `${address}`)).toEqual([
      '10.0.0.1',
      '10.0.0.2',
      '10.0.0.3',
      '10.0.0.4',
    ]);
    const more = ipam.leaseMany('p', { owner: 'a', count: 3 });
    await expect(more).rejects.toThrow(
      'cannot lease 3 addresses from pool p with 10.0.0.0/29: only 2 of 6 leasable addresses are left',
    );
    expect((await ipam.usage('p')).used).toBe(4n);
  });

  it.each([0, -1, 1.5, 65_537, Number.NaN])('refuses to lease %d addresses', async (count) => {
    await expect(ipam.leaseMany('p', { owner: 'a', count })).rejects.toThrow(InvalidLeaseError);
  });
});

describe('releaseOwner and releasePool', () => {
  it('release what an owner holds, in one pool or all', async () => {
    await ipam.createPool({ id: 'q', prefix: IpPrefix.parse('fd00::/64') });
    for (const pool of ['p', 'q'])
      for (const owner of ['a', 'b']) await ipam.leaseMany(pool, { owner, count: 2 });
    expect((await ipam.releaseOwner('a', 'q')).map(({ address }) => `${address}`)).toEqual([
      'fd00::1',
      'fd00::2',
    ]);
    expect(await ipam.releaseOwner('a')).toHaveLength(2);
    expect(await ipam.releaseOwner('a')).toEqual([]);
    expect(await held()).toEqual(['10.0.0.3 b', '10.0.0.4 b', 'fd00::3 b', 'fd00::4 b']);
    expect(await ipam.releasePool('p')).toBe(2);
    expect(await held()).toEqual(['fd00::3 b', 'fd00::4 b']);
    await expect(ipam.releasePool('none')).rejects.toThrow('there is no such pool');
  });
});

describe('what is not asked for in earnest', () => {
  it('changes nothing: a time that is none, labels that are no texts, two addresses', async () => {
    await ipam.createPool({ id: 'r', prefix: IpPrefix.parse('10.1.0.0/29'), reuseDelay: 1000 });
    const { address } = await ipam.lease('r', { owner: 'a' });
    const before = await store.list('');
    now = 2.5;
    await expect(ipam.release('r', address, 'a')).rejects.toThrow('cannot release at 2.5: that is no time');
    await expect(ipam.releaseOwner('a')).rejects.toThrow(InvalidLeaseError);
    await expect(ipam.releasePool('r')).rejects.toThrow(InvalidLeaseError);
    await expect(ipam.reclaimExpired('r')).rejects.toThrow(InvalidLeaseError);
    await expect(ipam.deletePool('r')).rejects.toThrow(InvalidLeaseError);
    now = 1000;
    const labels = { x: 5 } as unknown as Record<string, string>;
    await expect(ipam.lease('r', { owner: 'a', labels })).rejects.toThrow('label "x": its value is no text');
    await expect(ipam.reserve('r', { address, owner: 'a', labels })).rejects.toThrow(InvalidPoolError);
    const both = ipam.lease('r', { owner: 'a', address, preferred: address });
    await expect(both).rejects.toThrow('it names an address and prefers one');
    await expect(ipam.reclaimExpired('r', -1)).rejects.toThrow(InvalidLeaseError);
    await expect(ipam.freeRanges('r', { limit: 0 })).rejects.toThrow(InvalidLeaseError);
    await expect(ipam.releaseOwner('a', 'none')).rejects.toThrow('there is no such pool');
    expect(await store.list('')).toEqual(before);
  });
});

it('a pool goes in the same step as the last of its leases, those that end by themselves too', async () => {
  await ipam.leaseMany('p', { owner: 'a', ttl: 100, count: 3 });
  now = 1050;
  await transact(store, async (tx) => {
    await releasePool(tx, 'p', 2000);
    expect(await deletePool(tx, 'p', 2000)).toBe(true);
  });
  expect(await store.list('')).toEqual([]);
});

it('one lease of a full pool passes over any number of leases that have ended but free nothing', async () => {
  await ipam.createPool({
    id: 'big',
    prefix: IpPrefix.parse('10.2.0.0/20'),
    range: IpRange.parse('10.2.0.1-10.2.0.2'),
  });
  await transact(store, async (tx) => {
    for (let n = 16; n < 1016; n += 1) {
      const address = IpAddress.parse('10.2.0.0').add(BigInt(n));
      await leaseAddress(tx, 'big', { owner: 'out', address, ttl: 1, now: 1000 });
    }
  });
  await ipam.leaseMany('big', { owner: 'in', ttl: 50, count: 2 });
  now = 1100;
  expect(`${(await ipam.lease('big', { owner: 'new' })).address}`).toBe('10.2.0.1');
});
