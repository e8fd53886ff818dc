import type { Transaction } from '@tsnet/ipam';
import type { DesiredNetwork, SurveyScope } from '../driver.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { getEndpoints, getNetworks, listEndpoints, listNetworks } from '../operations/queries.ts';

/** Every network with its endpoints, as they are on record. */
export async function listDesired(tx: Transaction): Promise<readonly DesiredNetwork[]> {
  const networks = await listNetworks(tx);
  const endpoints = Map.groupBy(await listEndpoints(tx), ({ networkId }) => networkId);
  return networks.map((network) => ({ network, endpoints: endpoints.get(network.id) ?? [] }));
}

/** Those networks with those endpoints of theirs that a scope is about, as they are on record. */
export async function listConcerned(
  tx: Transaction,
  owners: ReadonlySet<string>,
): Promise<readonly DesiredNetwork[]> {
  const ids = [...owners];
  const named = await getEndpoints(tx, ids);
  const networks = await getNetworks(tx, [...new Set([...ids, ...named.map(({ networkId }) => networkId)])]);
  const desired: DesiredNetwork[] = [];
  for (const network of networks) {
    const endpoints = owners.has(network.id)
      ? await listEndpoints(tx, network.id)
      : named.filter(({ networkId }) => networkId === network.id);
    desired.push({ network, endpoints });
  }
  return desired;
}

/** Whether a scope is about an endpoint, or its network. */
export function isConcerned(scope: SurveyScope | undefined, { id, networkId }: Endpoint): boolean {
  return scope === undefined || scope.owners.has(id) || scope.owners.has(networkId);
}
