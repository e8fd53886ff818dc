import type { Endpoint, Network, PoolReport } from '@tsnet/core';
import { formatFields } from '../output/table.ts';
import { addressesText, endpointDocument } from './endpoint-view.ts';
import { labelsText } from './labels-view.ts';
import { usageText } from './pool-view.ts';

/** A network in JSON. */
export function networkDocument(network: Network) {
  const { id, name, driver, state, internal, isolated, masquerade, mtu, ifName, labels } = network;
  const { respectHostFirewall, firewall } = network;
  return {
    id,
    name,
    driver,
    state,
    subnets: network.subnets.map(({ prefix, gateway }) => ({ prefix: `${prefix}`, gateway: `${gateway}` })),
    internal,
    isolated,
    masquerade,
    respectHostFirewall,
    firewall,
    mtu: mtu ?? null,
    ifName,
    labels,
    createdAt: new Date(network.createdAt).toISOString(),
  };
}

/** A network in JSON, with how full it is and its endpoints. */
export function networkDetails(
  network: Network,
  pools: readonly PoolReport[],
  endpoints: readonly Endpoint[],
) {
  return {
    ...networkDocument(network),
    subnets: network.subnets.map(({ poolId, prefix, gateway }) => {
      const report = pools.find(({ pool }) => pool.id === poolId);
      return {
        prefix: `${prefix}`,
        gateway: `${gateway}`,
        range: `${report?.pool.range ?? prefix.range}`,
        exclude: report?.pool.exclude.map((range) => `${range}`) ?? [],
        capacity: report?.usage.capacity ?? 0,
        used: report?.usage.used ?? 0,
        outside: report?.usage.outside ?? 0,
      };
    }),
    endpoints: endpoints.map(endpointDocument),
  };
}

/** The columns of `tsnet network ls`. */
export const networkHeading = ['NAME', 'DRIVER', 'BRIDGE', 'SUBNETS', 'SETTINGS', 'STATE'] as const;

/** The row of a network in `tsnet network ls`. */
export function networkRow(network: Network): readonly string[] {
  const { name, driver, ifName, subnets, state } = network;
  return [
    name,
    driver,
    ifName,
    subnets.map(({ prefix }) => `${prefix}`).join(', '),
    settingsText(network),
    state,
  ];
}

/** What a new network is, in few lines. */
export function creationText(network: Network): string {
  return formatFields(`created network ${network.name}`, [
    ['bridge', network.ifName],
    ...subnetFields(network),
    ['settings', settingsText(network)],
  ]);
}

/** Everything about a network that people want to know. */
export function networkText(
  network: Network,
  pools: readonly PoolReport[],
  endpoints: readonly Endpoint[],
): string {
  const { id, name, driver, ifName, state, labels } = network;
  return formatFields(`network ${name}`, [
    ['id', id],
    ['driver', driver],
    ['bridge', ifName],
    ...network.subnets.flatMap(({ poolId, prefix, gateway }) => {
      const report = pools.find(({ pool }) => pool.id === poolId);
      const used = report === undefined ? '' : `, ${usageText(report.usage)} addresses used`;
      return [['subnet', `${prefix}, gateway ${gateway}${used}`] as const];
    }),
    ['settings', settingsText(network)],
    ['labels', labelsText(labels)],
    ['state', state],
    ['created', new Date(network.createdAt).toISOString()],
    ...endpoints.map((endpoint) => {
      const { id, name: own, sandbox, ifName: link } = endpoint;
      const named = own === undefined ? '' : ` (${own})`;
      return ['endpoint', `${id}${named}: ${link} of ${sandbox.ref}, ${addressesText(endpoint)}`] as const;
    }),
  ]);
}

function subnetFields({ subnets }: Network): readonly (readonly [string, string])[] {
  return subnets.map(({ prefix, gateway }) => ['subnet', `${prefix}, gateway ${gateway}`] as const);
}

/** What differs from an ordinary network: `internal, mtu 1400`. */
function settingsText(network: Network): string {
  const { internal, isolated, masquerade, respectHostFirewall, firewall, mtu } = network;
  const settings = [
    internal ? 'internal' : '',
    isolated ? 'isolated' : '',
    masquerade ? '' : 'no masquerade',
    respectHostFirewall ? 'host firewall decides about ports' : '',
    firewall === 'auto' ? '' : `firewall ${firewall}`,
    mtu === undefined ? '' : `mtu ${mtu}`,
  ];
  return settings.filter((setting) => setting !== '').join(', ');
}
