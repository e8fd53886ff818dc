import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import { beforeEach, describe, expect, it } from 'vitest';
import { AddressReservedError, AddressTakenError, ReservationHeldByOtherError } from '../errors.ts';
import { Ipam } from '../ipam.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { transact } from '../store/transact.ts';
import { findReservation } from './reservations.ts';

let store: MemoryStore;
let ipam: Ipam;

beforeEach(async () => {
  store = new MemoryStore();
  ipam = new Ipam(store, { now: () => 7 });
  await ipam.createPool({
    id: 'p',
    prefix: IpPrefix.parse('10.0.0.0/29'),
    range: IpRange.parse('10.0.0.1-10.0.0.4'),
    exclude: [IpAddress.parse('10.0.0.4')],
  });
});

const at = (text: string) => IpAddress.parse(text);
const lease = async (owner: string, address?: IpAddress) => {
  const made = await ipam.lease('p', { owner, address });
  return `${made.address}`;
};

describe('a reservation', () => {
  it('is taken by nobody else, named or not', async () => {
    await ipam.reserve('p', { address: at('10.0.0.2'), owner: 'db' });
    expect([await lease('x'), await lease('x')]).toEqual(['10.0.0.1', '10.0.0.3']);
    await expect(lease('x')).rejects.toThrow('all 3 leasable addresses are held');
    const named = lease('x', at('10.0.0.2'));
    await expect(named).rejects.toThrow(ReservationHeldByOtherError);
    await expect(named).rejects.toThrow('cannot lease 10.0.0.2 of pool p: it is reserved for db');
    expect(await ipam.usage('p')).toEqual({
      capacity: 3n,
      used: 2n,
      reserved: 1n,
      resting: 0n,
      free: 0n,
      outside: 0n,
    });
  });

  it('is what its owner gets without asking, and again after a release', async () => {
    await ipam.reserve('p', { address: at('10.0.0.2'), owner: 'db' });
    expect(await lease('db')).toBe('10.0.0.2');
    expect(await lease('db')).toBe('10.0.0.1');
    expect((await ipam.usage('p')).reserved).toBe(0n);
    await ipam.release('p', at('10.0.0.2'), 'db');
    expect((await ipam.usage('p')).reserved).toBe(1n);
    expect(await lease('x')).toBe('10.0.0.3');
    expect(await lease('db', at('10.0.0.2'))).toBe('10.0.0.2');
  });

  it('can keep an address from everybody', async () => {
    await ipam.reserve('p', { address: at('10.0.0.1'), labels: { for: 'printer' } });
    await expect(lease('x', at('10.0.0.1'))).rejects.toThrow('it is reserved, for nobody');
    expect(await ipam.listReservations('p')).toEqual([
      { poolId: 'p', address: at('10.0.0.1'), owner: undefined, reservedAt: 7, labels: { for: 'printer' } },
    ]);
  });

  it('may lie outside the range, and is not counted then', async () => {
    await ipam.reserve('p', { address: at('10.0.0.6'), owner: 'db' });
    expect((await ipam.usage('p')).free).toBe(3n);
    expect(await lease('db')).toBe('10.0.0.6');
    expect(await ipam.usage('p')).toMatchObject({ used: 0n, outside: 1n, reserved: 0n });
  });

  it('can be made of an address that its owner holds, and outlives the lease', async () => {
    await lease('db', at('10.0.0.3'));
    await expect(ipam.reserve('p', { address: at('10.0.0.3'), owner: 'x' })).rejects.toThrow(
      AddressTakenError,
    );
    await ipam.reserve('p', { address: at('10.0.0.3'), owner: 'db' });
    await ipam.release('p', at('10.0.0.3'), 'db');
    await expect(lease('x', at('10.0.0.3'))).rejects.toThrow(ReservationHeldByOtherError);
  });

  it('repeated is the same one with new labels, and refused for another owner', async () => {
    await ipam.reserve('p', { address: at('10.0.0.2'), owner: 'db' });
    await ipam.reserve('p', { address: at('10.0.0.2'), owner: 'db', labels: { a: 'b' } });
    const other = ipam.reserve('p', { address: at('10.0.0.2') });
    await expect(other).rejects.toThrow('cannot reserve 10.0.0.2 of pool p: it is reserved for db');
    const found = await transact(store, (tx) => findReservation(tx, 'p', at('10.0.0.2')));
    expect(found?.labels).toEqual({ a: 'b' });
    expect((await ipam.usage('p')).reserved).toBe(1n);
  });

  it('is given up once, and leaves a lease on its address alone', async () => {
    await ipam.reserve('p', { address: at('10.0.0.1'), owner: 'db' });
    await ipam.reserve('p', { address: at('10.0.0.2'), owner: 'db' });
    await lease('db');
    expect(await ipam.unreserve('p', at('10.0.0.1'))).toBe(true);
    expect(await ipam.unreserve('p', at('10.0.0.1'))).toBe(false);
    expect(await ipam.unreserve('p', at('10.0.0.2'))).toBe(true);
    expect((await ipam.listLeases()).map(({ address }) => `${address}`)).toEqual(['10.0.0.1']);
    expect(await ipam.usage('p')).toMatchObject({ used: 1n, reserved: 0n, free: 2n });
    expect(await lease('x')).toBe('10.0.0.2');
  });

  it.each([
    ['10.0.0.0', 'it is the network address'],
    ['10.0.0.7', 'it is the broadcast address'],
    ['10.0.0.4', 'the pool excludes'],
  ])('cannot be made of %s: %s', async (address, reason) => {
    const made = ipam.reserve('p', { address: at(address) });
    await expect(made).rejects.toThrow(AddressReservedError);
    await expect(made).rejects.toThrow(`cannot reserve ${address} from pool p: ${reason}`);
  });

  it('goes with its pool', async () => {
    await ipam.reserve('p', { address: at('10.0.0.1'), owner: 'db' });
    expect(await ipam.deletePool('p')).toBe(true);
    expect(await store.list('')).toEqual([]);
  });
});

describe('the gateway of a pool', () => {
  it('is never leased or reserved, and does not count', async () => {
    await ipam.createPool({ id: 'g', prefix: IpPrefix.parse('10.1.0.0/30'), gateway: at('10.1.0.1') });
    expect((await ipam.usage('g')).capacity).toBe(1n);
    expect(`${(await ipam.lease('g', { owner: 'x' })).address}`).toBe('10.1.0.2');
    const named = ipam.lease('g', { owner: 'x', address: at('10.1.0.1') });
    await expect(named).rejects.toThrow('it is the gateway');
  });

  it.each([
    ['10.2.0.9', 'gateway 10.2.0.9 does not lie in the prefix'],
    ['10.2.0.0', 'gateway 10.2.0.0 is reserved by the rules of its family'],
  ])('cannot be %s', async (gateway, reason) => {
    const made = ipam.createPool({ id: 'g', prefix: IpPrefix.parse('10.2.0.0/30'), gateway: at(gateway) });
    await expect(made).rejects.toThrow(reason);
  });
});

describe('order and rest', () => {
  it('lowest first gives the lowest free address, whatever was leased last', async () => {
    await ipam.createPool({ id: 'l', prefix: IpPrefix.parse('10.3.0.0/29'), order: 'lowest-first' });
    await ipam.leaseMany('l', { owner: 'x', count: 3 });
    await ipam.release('l', at('10.3.0.2'), 'x');
    expect(`${(await ipam.lease('l', { owner: 'x' })).address}`).toBe('10.3.0.2');
  });

  it('an address just released is the last to come back, in the order of the releases', async () => {
    await ipam.createPool({ id: 'r', prefix: IpPrefix.parse('10.4.0.0/29'), reuseDelay: 60_000 });
    await ipam.leaseMany('r', { owner: 'x', count: 4 });
    let now = 100;
    const later = new Ipam(store, { now: () => now });
    for (const host of [3, 2, 4]) {
      await later.release('r', at(`10.4.0.${host}`), 'x');
      now += 1;
    }
    expect(await later.usage('r')).toMatchObject({ used: 1n, resting: 3n, free: 2n });
    const next = async () => `${(await later.lease('r', { owner: 'y' })).address}`;
    expect([await next(), await next()]).toEqual(['10.4.0.5', '10.4.0.6']);
    expect([await next(), await next(), await next()]).toEqual(['10.4.0.3', '10.4.0.2', '10.4.0.4']);
  });

  it('an address that has rested enough takes its place in the round again', async () => {
    await ipam.createPool({ id: 'r', prefix: IpPrefix.parse('10.4.0.0/29'), reuseDelay: 60_000 });
    await ipam.leaseMany('r', { owner: 'x', count: 6 });
    await ipam.release('r', at('10.4.0.5'), 'x');
    await ipam.release('r', at('10.4.0.2'), 'x');
    const later = new Ipam(store, { now: () => 60_007 });
    expect(`${(await later.lease('r', { owner: 'y' })).address}`).toBe('10.4.0.2');
    expect(await later.usage('r')).toMatchObject({ used: 5n, resting: 0n, free: 1n });
  });
});

it('an owner gets what is reserved for it again when its own lease has ended, however much else has', async () => {
  await ipam.createPool({ id: 'q', prefix: IpPrefix.parse('10.6.0.0/24'), group: 'g' });
  await ipam.createPool({ id: 'a', prefix: IpPrefix.parse('10.7.0.0/24'), group: 'g' });
  await ipam.leaseMany('q', { owner: 'others', ttl: 5, count: 10 });
  await ipam.reserve('q', { address: at('10.6.0.50'), owner: 'db' });
  await ipam.lease('q', { owner: 'db', ttl: 50 });
  const later = new Ipam(store, { now: () => 1000 });
  expect(`${(await later.lease('q', { owner: 'db', ttl: 50 })).address}`).toBe('10.6.0.50');
  const muchLater = new Ipam(store, { now: () => 2000 });
  const [lease] = await muchLater.leaseFromGroup('g', { owner: 'db' });
  expect(`${lease?.address}`).toBe('10.6.0.50');
  await expect(muchLater.leaseFromGroup('g', { owner: 'db', families: [] })).rejects.toThrow('no family');
});
