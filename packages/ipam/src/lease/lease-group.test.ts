import { IpAddress, IpPrefix } from '@tsnet/inet';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  AddressOutsideGroupError,
  AddressTakenError,
  GroupExhaustedError,
  GroupFamilyError,
  GroupNotFoundError,
  LeaseKeyConflictError,
} from '../errors.ts';
import type { PoolSpec } from '../pool/pool.ts';
import { createPool, deletePool } from '../pool/pools.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { transact } from '../store/transact.ts';
import { type GroupLeaseRequest, leaseFromGroup, listPoolsOfGroup } from './lease-group.ts';
import { listLeases } from './leases.ts';
import { reserveAddress } from './reservations.ts';

let store: MemoryStore;

beforeEach(async () => {
  store = new MemoryStore();
  await create('v4 b', '10.0.1.0/30');
  await create('v4 a', '10.0.0.0/30');
  await create('v6', 'fd00::/64');
});

function create(id: string, prefix: string, more: Partial<PoolSpec> = {}) {
  const spec = { id, prefix: IpPrefix.parse(prefix), group: 'g', ...more };
  return transact(store, (tx) => createPool(tx, spec));
}

async function lease(more: Partial<GroupLeaseRequest> = {}): Promise<readonly string[]> {
  const request = { owner: 'web', now: 0, ...more };
  const leases = await transact(store, (tx) => leaseFromGroup(tx, 'g', request));
  return leases.map(({ poolId, address }) => `${poolId}: ${address}`);
}

const ipv4 = { families: ['ipv4'] } as const;
const at = (text: string) => IpAddress.parse(text);

describe('leaseFromGroup', () => {
  it('leases one address of each family that the group has, in one step', async () => {
    expect(await lease()).toEqual(['v4 a: 10.0.0.1', 'v6: fd00::1']);
    expect(await transact(store, (tx) => listLeases(tx, { owner: 'web' }))).toHaveLength(2);
  });

  it('leases from the families asked for, once each and in that order', async () => {
    expect(await lease({ families: ['ipv6'] })).toEqual(['v6: fd00::1']);
    expect(await lease({ families: ['ipv6', 'ipv4', 'ipv6'] })).toEqual(['v6: fd00::2', 'v4 a: 10.0.0.1']);
  });

  it('goes on to the next pool when one is exhausted, and names them all at the end', async () => {
    const got = [await lease(ipv4), await lease(ipv4), await lease(ipv4), await lease(ipv4)];
    expect(got.flat()).toEqual(['v4 a: 10.0.0.1', 'v4 a: 10.0.0.2', 'v4 b: 10.0.1.1', 'v4 b: 10.0.1.2']);
    await expect(lease()).rejects.toThrow(GroupExhaustedError);
    await expect(lease()).rejects.toThrow(
      'cannot lease an ipv4 address from group g: all 4 leasable addresses of its pools are held: ' +
        'v4 a with 10.0.0.0/30 (2), v4 b with 10.0.1.0/30 (2)',
    );
    const leases = await transact(store, (tx) => listLeases(tx, { poolId: 'v6' }));
    expect(leases).toEqual([]);
  });

  it('leases nothing when a later family is exhausted', async () => {
    await transact(store, (tx) => deletePool(tx, 'v6'));
    await create('v6', 'fd00::/127', { hostPool: true });
    await lease({ families: ['ipv6'] });
    await lease({ families: ['ipv6'] });
    await expect(lease({ owner: 'late' })).rejects.toThrow('an ipv6 address from group g');
    expect(await transact(store, (tx) => listLeases(tx, { owner: 'late' }))).toEqual([]);
  });

  it('finds room that leases leave whose time has come', async () => {
    await lease({ ...ipv4, ttl: 10 });
    await lease({ ...ipv4, ttl: 20 });
    expect(await lease({ ...ipv4, now: 9 })).toEqual(['v4 b: 10.0.1.1']);
    expect(await lease({ ...ipv4, now: 10 })).toEqual(['v4 a: 10.0.0.1']);
  });

  it('leases an address that is asked for from the pool that contains it', async () => {
    const request = { address: at('10.0.1.2') };
    expect(await lease(request)).toEqual(['v4 b: 10.0.1.2', 'v6: fd00::1']);
    await expect(lease({ ...request, owner: 'db' })).rejects.toThrow(AddressTakenError);
  });

  it('refuses an address that none of its pools contains, or of a family not asked for', async () => {
    const elsewhere = lease({ address: at('10.9.0.1') });
    await expect(elsewhere).rejects.toThrow(AddressOutsideGroupError);
    await expect(elsewhere).rejects.toThrow(
      'cannot lease 10.9.0.1 from group g: it lies in none of its pools, 10.0.0.0/30, 10.0.1.0/30, fd00::/64',
    );
    await expect(lease({ preferred: at('10.9.0.1') })).rejects.toThrow(AddressOutsideGroupError);
    await expect(lease({ ...ipv4, address: at('fd00::7') })).rejects.toThrow('a lease of ipv4 was asked for');
  });

  it('prefers an address, and else the pool that contains it', async () => {
    const preferred = at('10.0.1.2');
    expect(await lease({ ...ipv4, preferred })).toEqual(['v4 b: 10.0.1.2']);
    expect(await lease({ ...ipv4, preferred })).toEqual(['v4 b: 10.0.1.1']);
    expect(await lease({ ...ipv4, preferred })).toEqual(['v4 a: 10.0.0.1']);
  });

  it('finds an earlier lease under the same key, in whichever pool it is', async () => {
    const request = { key: 'request 1', owner: 'db' };
    await lease(ipv4);
    await lease(ipv4);
    const first = await lease(request);
    expect(first).toEqual(['v4 b: 10.0.1.1', 'v6: fd00::1']);
    expect(await lease(request)).toEqual(first);
    expect(await lease({ ...request, address: at('10.0.1.1') })).toEqual(first);
    const other = lease({ ...request, address: at('10.0.0.1') });
    await expect(other).rejects.toThrow(LeaseKeyConflictError);
  });

  it('makes another lease under the key of one whose time has come', async () => {
    const request = { ...ipv4, key: 'k', ttl: 10 };
    expect(await lease({ ...request, address: at('10.0.1.1') })).toEqual(['v4 b: 10.0.1.1']);
    expect(await lease({ ...request, address: at('10.0.0.2'), now: 10 })).toEqual(['v4 a: 10.0.0.2']);
  });

  it('gives an owner what is reserved for it before anything else', async () => {
    const reservation = { address: at('10.0.1.2'), owner: 'web', now: 0 };
    await transact(store, (tx) => reserveAddress(tx, 'v4 b', reservation));
    expect(await lease(ipv4)).toEqual(['v4 b: 10.0.1.2']);
    expect(await lease(ipv4)).toEqual(['v4 a: 10.0.0.1']);
  });

  it('names a group or family that does not exist', async () => {
    const unknown = transact(store, (tx) => leaseFromGroup(tx, 'h', { owner: 'web', now: 0 }));
    await expect(unknown).rejects.toThrow(GroupNotFoundError);
    await transact(store, (tx) => deletePool(tx, 'v6'));
    expect(await lease()).toEqual(['v4 a: 10.0.0.1']);
    await expect(lease({ families: ['ipv6'] })).rejects.toThrow(GroupFamilyError);
    await expect(transact(store, (tx) => listPoolsOfGroup(tx, 'h'))).rejects.toThrow(
      'cannot list pools of group h: no pool belongs to such a group',
    );
  });

  it('asks the store once for each pool that is full', async () => {
    const spies = (['get', 'list', 'commit'] as const).map((method) => vi.spyOn(store, method));
    const calls = () => spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
    const start = calls();
    expect(await lease({ ...ipv4, key: '1' })).toEqual(['v4 a: 10.0.0.1']);
    const first = calls() - start;
    await lease({ ...ipv4, key: '2' });
    const before = calls();
    expect(await lease({ ...ipv4, key: '3' })).toEqual(['v4 b: 10.0.1.1']);
    expect(calls() - before).toBe(first + 1);
  });
});
