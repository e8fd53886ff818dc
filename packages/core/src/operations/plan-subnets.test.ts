import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import { listLeases, MemoryStore, transact } from '@tsnet/ipam';
import { describe, expect, it } from 'vitest';
import { InvalidNetworkError, RouteOverlapError } from '../errors.ts';
import type { SubnetSpec } from '../model/network.ts';
import { reserveSubnets } from './plan-subnets.ts';

const prefix = (text: string) => IpPrefix.parse(text);

/** Reserves what a network asks for, on a host with these routes. */
function reserve(
  store: MemoryStore,
  name: string,
  subnets: readonly SubnetSpec[],
  routes: readonly string[] = [],
) {
  return transact(store, (tx) => reserveSubnets(tx, { name, subnets }, routes.map(prefix), 0));
}

const textOf = (subnets: readonly { readonly prefix: IpPrefix; readonly gateway: IpAddress }[]) =>
  subnets.map((subnet) => `${subnet.prefix} ${subnet.gateway}`);

describe('reserveSubnets', () => {
  it('chooses a prefix when none is given, each time another one', async () => {
    const store = new MemoryStore();
    expect(textOf(await reserve(store, 'a', []))).toEqual(['10.32.0.0/24 10.32.0.1']);
    expect(textOf(await reserve(store, 'b', []))).toEqual(['10.32.1.0/24 10.32.1.1']);
  });

  it("passes over other networks and the host's routes", async () => {
    const store = new MemoryStore();
    await reserve(store, 'a', [{ prefix: prefix('10.32.1.128/25') }]);
    const routes = ['10.32.0.7/32', '10.32.2.0/23', '192.168.0.0/16', 'fd00::/8'];
    expect(textOf(await reserve(store, 'b', [], routes))).toEqual(['10.32.4.0/24 10.32.4.1']);
  });

  it('says who is in the way when no prefix is left', async () => {
    await expect(reserve(new MemoryStore(), 'a', [], ['10.0.0.0/8'])).rejects.toMatchObject({
      kind: 'exhausted',
      message: expect.stringContaining('10.0.0.0/8'),
    });
  });

  it('takes the gateway that is given, else the first address that is not excluded', async () => {
    const store = new MemoryStore();
    const exclude = ['10.5.0.4-10.5.0.5', '10.5.0.1-10.5.0.3'].map((text) => IpRange.parse(text));
    const subnets = await reserve(store, 'web', [
      { prefix: prefix('10.5.0.0/24'), exclude },
      { prefix: prefix('fd05::/64'), gateway: IpAddress.parse('fd05::fe') },
    ]);
    expect(textOf(subnets)).toEqual(['10.5.0.0/24 10.5.0.6', 'fd05::/64 fd05::fe']);
    const leases = await transact(store, (tx) => listLeases(tx, { owner: 'network:web' }));
    expect(leases.map(({ address }) => `${address}`).sort()).toEqual(['10.5.0.6', 'fd05::fe']);
  });

  it('refuses a prefix that excludes all that could be a gateway', async () => {
    const exclude = [IpRange.parse('10.5.0.0-10.5.0.255')];
    const refused = reserve(new MemoryStore(), 'web', [{ prefix: prefix('10.5.0.0/24'), exclude }]);
    await expect(refused).rejects.toThrow(InvalidNetworkError);
  });

  it("refuses a prefix that overlaps a route, and keeps nothing of the network's others", async () => {
    const store = new MemoryStore();
    const subnets = ['10.5.0.0/24', '10.6.0.0/24'].map((text) => ({ prefix: prefix(text) }));
    await expect(reserve(store, 'web', subnets, ['10.6.0.128/25'])).rejects.toThrow(RouteOverlapError);
    expect(await store.list('')).toEqual([]);
  });

  it('names the network whose prefix overlaps, also where its route does', async () => {
    const store = new MemoryStore();
    await reserve(store, 'web', [{ prefix: prefix('10.5.0.0/16') }]);
    const refused = reserve(store, 'new', [{ prefix: prefix('10.5.7.0/24') }], ['10.5.0.0/16']);
    await expect(refused).rejects.toThrow(/10\.5\.7\.0\/24 overlaps.*web/);
  });

  it.each([
    ['0.0.0.0/0', '0.0.0.0/8'],
    ['126.0.0.0/7', '127.0.0.0/8'],
    ['169.254.7.0/24', '169.254.0.0/16'],
    ['192.0.0.0/2', '224.0.0.0/4'],
    ['255.255.255.0/24', '240.0.0.0/4'],
    ['::ffff:0:0/96', '::/8'],
    ['fe00::/8', 'fe80::/10'],
    ['ff02::/16', 'ff00::/8'],
  ])('refuses %s, of which no sandbox can have the addresses in %s', async (text, met) => {
    const refused = reserve(new MemoryStore(), 'web', [{ prefix: prefix(text) }]);
    await expect(refused).rejects.toThrow(`overlaps ${met}, whose addresses cannot be given`);
  });

  it('says so when a prefix is given twice, or two of them overlap', async () => {
    const given = (...texts: readonly string[]) =>
      reserve(
        new MemoryStore(),
        'web',
        texts.map((text) => ({ prefix: prefix(text) })),
      );
    await expect(given('10.5.0.0/24', '10.5.0.0/24')).rejects.toThrow('web: 10.5.0.0/24 is given twice');
    await expect(given('10.5.0.0/24', '10.5.0.128/25')).rejects.toThrow(
      '10.5.0.128/25 overlaps its own 10.5.0.0/24',
    );
  });
});
