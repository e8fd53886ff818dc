import { IpAddress, IpPrefix, MacAddress } from '@tsnet/inet';
import { createPool, leaseAddress, MemoryStore, transact } from '@tsnet/ipam';
import { beforeEach, describe, expect, it } from 'vitest';
import { EndpointNotFoundError, NetworkNotFoundError } from './errors.ts';
import { Inventory } from './inventory.ts';
import type { Endpoint } from './model/endpoint.ts';
import type { Network } from './model/network.ts';
import { insertEndpoint } from './records/endpoint-record.ts';
import { insertNetwork } from './records/network-record.ts';

function network(id: string, name: string): Network {
  const subnet = { poolId: 'p', prefix: IpPrefix.parse('10.5.0.0/24'), gateway: IpAddress.parse('10.5.0.1') };
  return {
    ...{ id, name, driver: 'bridge', state: 'ready', subnets: [subnet], internal: false, isolated: false },
    ...{
      masquerade: true,
      respectHostFirewall: false,
      firewall: 'auto',
      mtu: undefined,
      ifName: name,
      labels: {},
      createdAt: 0,
      bootId: 'boot',
    },
  };
}

function endpoint(id: string, { id: networkId, name: networkName }: Network, createdAt: number): Endpoint {
  return {
    ...{ id, networkId, networkName, name: `name-${id}`, state: 'ready', sandbox: { ref: id, key: id } },
    ...{ ifName: 'eth0', hostIfName: id, mac: MacAddress.parse('02:00:00:00:00:01'), addresses: [] },
    ...{ ports: [], labels: {}, createdAt },
  };
}

const web = network('111111111111', 'web');
const db = network('222222222222', 'db');
const endpoints = [
  endpoint('cccccccccccc', web, 2),
  endpoint('bbbbbbbbbbbb', db, 1),
  endpoint('aaaaaaaaaaaa', web, 1),
];

describe('Inventory', () => {
  let inventory: Inventory;

  beforeEach(async () => {
    const store = new MemoryStore();
    await transact(store, async (tx) => {
      for (const one of [web, db]) await insertNetwork(tx, one);
      for (const one of endpoints) insertEndpoint(tx, one);
      for (const id of ['b', 'a']) {
        await createPool(tx, { id, prefix: IpPrefix.parse(`10.${id === 'a' ? 1 : 2}.0.0/24`) });
      }
      await leaseAddress(tx, 'a', { owner: 'somebody', now: 0 });
    });
    inventory = new Inventory(store);
  });

  it('lists networks by name, and finds one by name or id', async () => {
    expect(await inventory.listNetworks()).toEqual([db, web]);
    expect(await inventory.getNetwork('web')).toEqual(web);
    expect(await inventory.getNetwork(db.id)).toEqual(db);
    await expect(inventory.getNetwork('none')).rejects.toThrow(NetworkNotFoundError);
  });

  it('lists endpoints from the oldest on, all or those of a network', async () => {
    const ids = async (name?: string) =>
      (await inventory.listEndpoints(name)).map(({ id }) => id[0]).join('');
    expect([await ids(), await ids('web'), await ids(db.id)]).toEqual(['abc', 'ac', 'b']);
    await expect(inventory.listEndpoints('none')).rejects.toThrow(NetworkNotFoundError);
  });

  it('finds an endpoint by id, or by network and name', async () => {
    expect(await inventory.getEndpoint('bbbbbbbbbbbb')).toEqual(endpoints[1]);
    expect(await inventory.getEndpoint('db/name-bbbbbbbbbbbb')).toEqual(endpoints[1]);
    for (const ref of ['web/name-bbbbbbbbbbbb', 'none/name', 'none', '', '/']) {
      await expect(inventory.getEndpoint(ref)).rejects.toThrow(EndpointNotFoundError);
    }
  });

  it('reports pools, how full they are and who holds what', async () => {
    const [first, second] = await inventory.reportPools();
    expect([first?.pool.id, first?.usage.used, second?.usage.used]).toEqual(['a', 1n, 0n]);
    expect(first?.leases.map(({ owner, address }) => `${owner} ${address}`)).toEqual(['somebody 10.1.0.1']);
  });
});
