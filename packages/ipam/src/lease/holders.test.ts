import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import { beforeEach, expect, it } from 'vitest';
import { createPool } from '../pool/pools.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { transact } from '../store/transact.ts';
import { type AddressUse, findHolder } from './holders.ts';
import { leaseAddress } from './lease-address.ts';
import { releaseAddress } from './release-address.ts';
import { reserveAddress } from './reservations.ts';

const at = (text: string) => IpAddress.parse(text);
let store: MemoryStore;

beforeEach(async () => {
  store = new MemoryStore();
  await transact(store, async (tx) => {
    await createPool(tx, { id: 'other', prefix: IpPrefix.parse('10.0.1.0/24') });
    await createPool(tx, { id: 'six', prefix: IpPrefix.parse('fd00::/64') });
    await createPool(tx, {
      id: 'p',
      prefix: IpPrefix.parse('10.0.0.0/24'),
      range: IpRange.parse('10.0.0.1-10.0.0.99'),
      gateway: at('10.0.0.1'),
      exclude: [IpRange.parse('10.0.0.16-10.0.0.31')],
      reuseDelay: 1000,
    });
  });
});

async function use(address: string, now?: number): Promise<AddressUse | undefined> {
  const holder = await transact(store, (tx) => findHolder(tx, at(address), now));
  return holder?.use;
}

it('names the one pool that contains an address', async () => {
  const find = (address: string) => transact(store, (tx) => findHolder(tx, at(address)));
  expect((await find('10.0.0.7'))?.pool.id).toBe('p');
  expect((await find('10.0.1.7'))?.pool.id).toBe('other');
  expect((await find('fd00::7'))?.pool.id).toBe('six');
  expect(await find('10.0.2.7')).toBeUndefined();
  expect(await find('fd01::')).toBeUndefined();
});

it('says why an address is never leased', async () => {
  const reason = async (address: string) => {
    const found = await use(address);
    return found?.kind === 'never-leased' ? found.reason : found?.kind;
  };
  expect(await reason('10.0.0.0')).toBe('it is the network address');
  expect(await reason('10.0.0.255')).toBe('it is the broadcast address');
  expect(await reason('fd00::')).toBe('it is the subnet-router anycast address');
  expect(await reason('10.0.0.1')).toBe('it is the gateway');
  expect(await reason('10.0.0.20')).toBe('the pool excludes 10.0.0.16-10.0.0.31');
});

it('tells free addresses from those that only a name gets', async () => {
  expect(await use('10.0.0.2')).toEqual({ kind: 'free' });
  expect(await use('10.0.0.100')).toEqual({ kind: 'free-by-name' });
});

it('shows the lease, the reservation, or both', async () => {
  const address = at('10.0.0.5');
  const reservation = await transact(store, (tx) =>
    reserveAddress(tx, 'p', { address, owner: 'db', now: 1 }),
  );
  expect(await use('10.0.0.5')).toEqual({ kind: 'reserved', reservation });
  const lease = await transact(store, (tx) => leaseAddress(tx, 'p', { owner: 'db', now: 2, ttl: 10 }));
  expect(await use('10.0.0.5')).toEqual({ kind: 'leased', lease, reservation });
  expect(await use('10.0.0.5', 12)).toEqual({ kind: 'reserved', reservation });
  const other = await transact(store, (tx) => leaseAddress(tx, 'p', { owner: 'web', now: 3 }));
  expect(await use(`${other.address}`)).toEqual({ kind: 'leased', lease: other, reservation: undefined });
});

it('shows until when an address rests, whether the pool has dealt with the end of its lease or not', async () => {
  await transact(store, (tx) => leaseAddress(tx, 'p', { owner: 'db', now: 0, ttl: 10 }));
  expect(await use('10.0.0.2', 9)).toMatchObject({ kind: 'leased' });
  expect(await use('10.0.0.2', 10)).toEqual({ kind: 'resting', until: 1010 });
  expect(await use('10.0.0.2', 1010)).toEqual({ kind: 'free' });

  const { address } = await transact(store, (tx) => leaseAddress(tx, 'p', { owner: 'web', now: 5 }));
  await transact(store, (tx) => releaseAddress(tx, 'p', address, 'web', 7));
  expect(await use(`${address}`)).toEqual({ kind: 'resting', until: 1007 });
  expect(await use(`${address}`, 1006)).toEqual({ kind: 'resting', until: 1007 });
  expect(await use(`${address}`, 1007)).toEqual({ kind: 'free' });
});
