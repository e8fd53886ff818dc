import type { Api, PoolUsageDocument } from '@tsnet/api';
import { isTsnetError } from '@tsnet/errors';
import { listAll } from '../access/list-all.ts';
import { withApi } from '../access/with-api.ts';
import type { Invocation } from '../invocation.ts';
import { byAge } from '../views/endpoint-view.ts';
import { networkDetails, networkText } from '../views/network-details-view.ts';

/** `tsnet network inspect` */
export async function inspectNetwork(invocation: Invocation, name: string): Promise<void> {
  const { network, pools, endpoints } = await withApi(invocation, async (api) => {
    const network = await api.getNetwork({ network: name });
    const pools = await Promise.all(network.subnets.map(({ pool }) => findPool(api, pool)));
    const endpoints = await listAll(api, 'listEndpoints', { network: network.id });
    return { network, pools: pools.flat(), endpoints: endpoints.toSorted(byAge) };
  });
  invocation.output.result(networkDetails(network, pools, endpoints), () =>
    networkText(network, pools, endpoints),
  );
}

/** A network that is half-made or half-gone may have no pools. */
async function findPool(api: Api, pool: string): Promise<readonly PoolUsageDocument[]> {
  try {
    return [await api.getPool({ pool })];
  } catch (error) {
    if (isTsnetError(error) && error.code === 'IPAM_POOL_NOT_FOUND') return [];
    throw error;
  }
}
