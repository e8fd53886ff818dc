import type { EndpointDocument, NetworkDocument, PoolUsageDocument } from '@tsnet/api';
import { IpPrefix } from '@tsnet/inet';
import { formatFields } from '../output/table.ts';
import { addressesText } from './endpoint-view.ts';
import { labelsText } from './labels-view.ts';
import { usageText } from './pool-view.ts';

/** A network in JSON, with how full it is and its endpoints. */
export function networkDetails(
  network: NetworkDocument,
  pools: readonly PoolUsageDocument[],
  endpoints: readonly EndpointDocument[],
) {
  return {
    ...network,
    subnets: network.subnets.map((subnet) => {
      const pool = pools.find(({ id }) => id === subnet.pool);
      return {
        ...subnet,
        range: pool?.range ?? `${IpPrefix.parse(subnet.prefix).range}`,
        exclude: pool?.exclude ?? [],
        capacity: pool?.capacity ?? 0,
        used: pool?.used ?? 0,
        outside: pool?.outside ?? 0,
      };
    }),
    endpoints,
  };
}

/** The columns of `tsnet network ls`. */
export const networkHeading = ['NAME', 'DRIVER', 'BRIDGE', 'SUBNETS', 'SETTINGS', 'STATE'] as const;

/** The row of a network in `tsnet network ls`. */
export function networkRow(network: NetworkDocument): readonly string[] {
  const { name, driver, ifName, subnets, state } = network;
  return [
    name,
    driver,
    ifName,
    subnets.map(({ prefix }) => prefix).join(', '),
    settingsText(network),
    state,
  ];
}

/** What a new network is, in few lines. */
export function creationText(network: NetworkDocument): string {
  return formatFields(`created network ${network.name}`, [
    ['bridge', network.ifName],
    ...subnetFields(network),
    ['settings', settingsText(network)],
  ]);
}

/** Everything about a network that people want to know. */
export function networkText(
  network: NetworkDocument,
  pools: readonly PoolUsageDocument[],
  endpoints: readonly EndpointDocument[],
): string {
  const { id, name, driver, ifName, state, labels } = network;
  return formatFields(`network ${name}`, [
    ['id', id],
    ['driver', driver],
    ['bridge', ifName],
    ...network.subnets.flatMap(({ pool: poolId, prefix, gateway }) => {
      const pool = pools.find(({ id }) => id === poolId);
      const used = pool === undefined ? '' : `, ${usageText(pool)} addresses used`;
      return [['subnet', `${prefix}, gateway ${gateway}${used}`] as const];
    }),
    ['settings', settingsText(network)],
    ['labels', labelsText(labels)],
    ['state', state],
    ['created', network.createdAt],
    ...endpoints.map((endpoint) => {
      const { id, name: own, sandbox, ifName: link } = endpoint;
      const named = own === null ? '' : ` (${own})`;
      return ['endpoint', `${id}${named}: ${link} of ${sandbox}, ${addressesText(endpoint)}`] as const;
    }),
  ]);
}

function subnetFields({ subnets }: NetworkDocument): readonly (readonly [string, string])[] {
  return subnets.map(({ prefix, gateway }) => ['subnet', `${prefix}, gateway ${gateway}`] as const);
}

/** What differs from an ordinary network: `internal, mtu 1400`. */
function settingsText(network: NetworkDocument): string {
  const { internal, isolated, masquerade, respectHostFirewall, firewall, mtu } = network;
  const settings = [
    internal ? 'internal' : '',
    isolated ? 'isolated' : '',
    masquerade ? '' : 'no masquerade',
    respectHostFirewall ? 'host firewall decides about ports' : '',
    firewall === 'auto' ? '' : `firewall ${firewall}`,
    mtu === null ? '' : `mtu ${mtu}`,
  ];
  return settings.filter((setting) => setting !== '').join(', ');
}
