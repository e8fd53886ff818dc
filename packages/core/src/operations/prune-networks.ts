import { type EngineContext, inSnapshot } from '../context.ts';
import { NetworkInUseError, NetworkNotFoundError } from '../errors.ts';
import { throwTogether } from '../failures.ts';
import type { Network } from '../model/network.ts';
import { keys } from '../records/keys.ts';
import { deleteNetwork } from './delete-network.ts';
import { listNetworks } from './queries.ts';

/**
 * Deletes every network without endpoints, and goes on past failures. A network from whose pools others have
 * leased, or that somebody begins to use, or deletes, meanwhile is left to them.
 */
export async function pruneNetworks(context: EngineContext): Promise<readonly Network[]> {
  const pruned: Network[] = [];
  const failures: unknown[] = [];
  for (const { id } of await unusedNetworks(context)) {
    try {
      pruned.push(await deleteNetwork(context, id));
    } catch (failure) {
      const isLeft = failure instanceof NetworkInUseError || failure instanceof NetworkNotFoundError;
      if (!isLeft) failures.push(failure);
    }
  }
  throwTogether('unused networks', failures);
  return pruned;
}

function unusedNetworks(context: EngineContext): Promise<readonly Network[]> {
  return inSnapshot(context, async (tx) => {
    const networks = await listNetworks(tx);
    const endpoints = await Promise.all(
      networks.map(({ id }) => tx.list(keys.networkEndpoints(id), { limit: 1 })),
    );
    return networks.filter(({ state }, index) => state === 'ready' && endpoints[index]?.length === 0);
  });
}
