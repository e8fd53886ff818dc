import type { Transaction } from '@tsnet/ipam';
import type { DesiredNetwork } from '../driver.ts';
import { listEndpoints, listNetworks } from '../operations/queries.ts';

/** Every network with its endpoints, as they are on record. */
export async function listDesired(tx: Transaction): Promise<readonly DesiredNetwork[]> {
  const networks = await listNetworks(tx);
  const endpoints = Map.groupBy(await listEndpoints(tx), ({ networkId }) => networkId);
  return networks.map((network) => ({ network, endpoints: endpoints.get(network.id) ?? [] }));
}
