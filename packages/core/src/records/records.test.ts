import { IpAddress, IpPrefix, MacAddress } from '@tsnet/inet';
import { MemoryStore, StoreCorruptError, transact } from '@tsnet/ipam';
import { describe, expect, it } from 'vitest';
import { NetworkExistsError, NetworkNotFoundError } from '../errors.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import { parsePortSpec } from '../model/port.ts';
import { findEndpoint, insertEndpoint, putEndpoint, removeEndpoint } from './endpoint-record.ts';
import { keys, lastPart } from './keys.ts';
import { findNetwork, getNetwork, insertNetwork, removeNetwork } from './network-record.ts';

const network: Network = {
  id: '0123456789ab',
  name: 'web',
  driver: 'bridge',
  state: 'ready',
  subnets: [
    { poolId: '10.5.0.0/24', prefix: IpPrefix.parse('10.5.0.0/24'), gateway: IpAddress.parse('10.5.0.1') },
    { poolId: 'fd05::/64', prefix: IpPrefix.parse('fd05::/64'), gateway: IpAddress.parse('fd05::1') },
  ],
  internal: false,
  isolated: true,
  masquerade: true,
  respectHostFirewall: false,
  firewall: 'auto',
  mtu: 1400,
  ifName: 'web',
  labels: { team: 'ü "quoted"' },
  createdAt: 1_700_000_000_000,
  bootId: 'boot',
};

const endpoint: Endpoint = {
  id: 'ba9876543210',
  networkId: network.id,
  networkName: network.name,
  name: 'front/1',
  state: 'creating',
  sandbox: { ref: '/proc/7/ns/net', key: 'boot.1' },
  ifName: 'eth0',
  hostIfName: 'tsvba9876543210',
  mac: MacAddress.parse('0a:54:0a:05:00:02'),
  addresses: [
    { poolId: '10.5.0.0/24', prefix: IpPrefix.parse('10.5.0.2/24'), gateway: IpAddress.parse('10.5.0.1') },
  ],
  ports: [parsePortSpec('[::1]:8080-8081:80-81/udp'), parsePortSpec('80:80')],
  labels: {},
  createdAt: 5,
};

const keysOf = async (store: MemoryStore) => (await store.list('')).map(({ key }) => key);

describe('the record of a network', () => {
  it('is read back by name and by id as it was, and leaves nothing when removed', async () => {
    const store = new MemoryStore();
    await transact(store, (tx) => insertNetwork(tx, network));
    await transact(store, async (tx) => {
      expect(await findNetwork(tx, 'web')).toEqual(network);
      expect(await getNetwork(tx, 'find network', network.id)).toEqual(network);
      removeNetwork(tx, network);
    });
    expect(await keysOf(store)).toEqual([]);
  });

  it('keeps a missing MTU missing', async () => {
    const store = new MemoryStore();
    await transact(store, (tx) => insertNetwork(tx, { ...network, mtu: undefined }));
    expect((await transact(store, (tx) => findNetwork(tx, 'web')))?.mtu).toBeUndefined();
  });

  it('keeps its name to itself', async () => {
    const store = new MemoryStore();
    await transact(store, (tx) => insertNetwork(tx, network));
    const twin = { ...network, id: 'ffffffffffff' };
    await expect(transact(store, (tx) => insertNetwork(tx, twin))).rejects.toThrow(NetworkExistsError);
    expect(await transact(store, (tx) => findNetwork(tx, 'web'))).toEqual(network);
  });

  it.each(['nowhere', '', '../x', 'a b'])('is not found by %j', async (name) => {
    const found = transact(new MemoryStore(), (tx) => getNetwork(tx, 'find network', name));
    await expect(found).rejects.toThrow(NetworkNotFoundError);
  });

  it.each(['', '{', 'null', '{}', '{"subnets":[{"prefix":"10.5.0.0/99"}]}'])(
    'says so when it is damaged: %j',
    async (value) => {
      const store = new MemoryStore();
      await transact(store, async (tx) => tx.put(keys.network('x'), value));
      await expect(transact(store, (tx) => findNetwork(tx, 'x'))).rejects.toThrow(StoreCorruptError);
    },
  );
});

describe('the record of an endpoint', () => {
  it('is read back as it was, and leaves nothing when removed', async () => {
    const store = new MemoryStore();
    await transact(store, async (tx) => insertEndpoint(tx, endpoint));
    expect(await transact(store, (tx) => findEndpoint(tx, endpoint.id))).toEqual(endpoint);
    const ready: Endpoint = { ...endpoint, state: 'ready', ports: [] };
    await transact(store, async (tx) => putEndpoint(tx, ready));
    expect(await transact(store, (tx) => findEndpoint(tx, endpoint.id))).toEqual(ready);
    await transact(store, async (tx) => removeEndpoint(tx, ready));
    expect(await keysOf(store)).toEqual([]);
  });

  it('is found by network, by name, by namespace and by what the namespace was called', async () => {
    const store = new MemoryStore();
    await transact(store, async (tx) => insertEndpoint(tx, endpoint));
    await transact(store, async (tx) => {
      const byNetwork = await tx.list(keys.networkEndpoints(network.id));
      const byRef = await tx.list(keys.sandboxRefs(endpoint.sandbox.ref));
      expect([...byNetwork, ...byRef].map(({ key }) => lastPart(key))).toEqual([endpoint.id, endpoint.id]);
      const [link] = await tx.list(keys.sandboxLinks(endpoint.sandbox.key));
      expect([lastPart(link?.key ?? ''), link?.value]).toEqual(['eth0', endpoint.id]);
      expect(await tx.get(keys.endpointName(network.id, 'front/1'))).toBe(endpoint.id);
    });
  });

  it('says so when it is damaged', async () => {
    const store = new MemoryStore();
    await transact(store, async (tx) => tx.put(keys.endpoint('x'), '{"addresses":[]}'));
    await expect(transact(store, (tx) => findEndpoint(tx, 'x'))).rejects.toThrow(StoreCorruptError);
  });
});
