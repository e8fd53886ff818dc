import type { Endpoint, EndpointSpec, Network, NetworkSpec, PortSpec } from '@tsnet/core';
import { IpPrefix, MacAddress } from '@tsnet/inet';
import type { Pool } from '@tsnet/ipam';
import { formatNetnsRef } from '@tsnet/netns';
import type { Observed } from '../src/observed.ts';
import type { Plan } from '../src/plan.ts';

/** What there is, without a kernel. */
export type Model = Observed;

export const emptyModel: Model = {
  networks: [],
  endpoints: [],
  pools: new Map(),
  sandboxes: new Map(),
};

let made = 0;
const next = () => (++made).toString(16).padStart(12, '0');

/** What there is when a plan was carried out, with everything chosen as the engine could. */
export function applyToModel(before: Model, { project, changes }: Plan): Model {
  const networks = new Map(before.networks.map((network) => [network.name, network]));
  const pools = new Map(before.pools);
  const sandboxes = new Map(before.sandboxes);
  const endpoints = new Map(before.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  for (const change of changes) {
    if (change.verb === 'create' || change.thing === 'sandbox') continue;
    if (change.thing === 'network') {
      networks.delete(change.current.name);
      for (const { poolId } of change.current.subnets) pools.delete(poolId);
    } else if (change.verb === 'update') endpoints.set(change.current.id, change.current);
    else endpoints.delete(change.current.id);
  }
  for (const change of changes) {
    if (change.thing === 'sandbox') {
      if (change.verb === 'remove') sandboxes.delete(change.name);
      else sandboxes.set(change.name, { key: `boot.${next()}`, project });
    } else if (change.thing === 'network' && change.verb !== 'remove') {
      const network = networkOf(change.spec, networks.size, pools);
      networks.set(network.name, network);
    }
  }
  for (const change of changes) {
    if (change.thing !== 'endpoint' || change.verb === 'remove') continue;
    if (change.verb === 'update') {
      const { current, open, close } = change;
      const ports = [...current.ports.filter((port) => !close.includes(port)), ...open.map(published)];
      endpoints.set(current.id, { ...current, ports });
    } else {
      const endpoint = endpointOf(change.spec, networks, sandboxes);
      endpoints.set(endpoint.id, endpoint);
    }
  }
  return { networks: [...networks.values()], endpoints: [...endpoints.values()], pools, sandboxes };
}

function networkOf(spec: NetworkSpec, index: number, pools: Map<string, Pool>): Network {
  const wanted = spec.subnets ?? [{ prefix: IpPrefix.parse(`10.32.${index}.0/24`) }];
  const subnets = wanted.map(({ prefix, gateway, range, exclude = [] }) => {
    const identity = { id: `${prefix}`, prefix, labels: { network: spec.name } };
    pools.set(`${prefix}`, { ...identity, range: range ?? prefix.range, exclude } as unknown as Pool);
    return { poolId: `${prefix}`, prefix, gateway: gateway ?? prefix.at(1n) };
  });
  const { internal = false, isolated = false, masquerade = true, mtu, name, labels = {} } = spec;
  const { respectHostFirewall = false, firewall = 'auto' } = spec;
  const settings = { internal, isolated, masquerade, respectHostFirewall, firewall, mtu, labels };
  const identity = { id: next(), name, driver: spec.driver ?? 'bridge', ifName: spec.ifName ?? name };
  return { ...settings, ...identity, state: 'ready', subnets, bootId: 'boot', createdAt: 0 };
}

function endpointOf(
  spec: EndpointSpec,
  networks: ReadonlyMap<string, Network>,
  sandboxes: Model['sandboxes'],
): Endpoint {
  const network = networks.get(spec.network);
  const ref = formatNetnsRef(spec.sandbox);
  const key = sandboxes.get(ref)?.key;
  if (network === undefined || key === undefined) throw new Error(`the plan connects ${ref} to nothing`);
  const addresses = network.subnets.map(({ prefix, gateway, poolId }) => {
    const given = spec.addresses?.find(({ family }) => family === prefix.family);
    return { prefix: IpPrefix.of(given ?? prefix.at(9n), prefix.length), gateway, poolId };
  });
  const [first] = addresses;
  if (first === undefined) throw new Error(`network ${network.name} has no addresses`);
  const id = next();
  return {
    id,
    networkId: network.id,
    networkName: network.name,
    name: spec.name,
    state: 'ready',
    sandbox: { ref, key },
    ifName: spec.ifName ?? `eth${made}`,
    hostIfName: `tsv${id}`,
    mac: spec.mac ?? MacAddress.derive(first.prefix.address),
    addresses,
    ports: (spec.ports ?? []).map(published),
    labels: spec.labels ?? {},
    createdAt: made,
  };
}

/** A host port that was left to be chosen is chosen. */
function published(spec: PortSpec): PortSpec {
  return spec.hostPort === 0 ? { ...spec, hostPort: 20_000 + ++made } : spec;
}
