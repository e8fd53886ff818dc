import type { EndpointDocument, NetworkDocument, PoolUsageDocument } from '@tsnet/api';
import { IpPrefix } from '@tsnet/inet';
import { formatFields } from '../output/table.ts';
import { addressesText } from './endpoint-view.ts';
import { labelsText } from './labels-view.ts';
import { settingsText } from './network-view.ts';
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
