import { driverOf, type EngineContext, inTransaction } from '../context.ts';
import { NetworkInUseError, NotReadyError } from '../errors.ts';
import type { Network } from '../model/network.ts';
import { tearDown } from '../plan.ts';
import { keys, lastPart } from '../records/keys.ts';
import { getNetwork, putNetwork } from '../records/network-record.ts';
import { forgetNetwork } from './create-network.ts';
import { disconnectEndpoints } from './disconnect.ts';
import { getEndpoints } from './queries.ts';

/** How many endpoints a refusal names. */
const NAMED_ENDPOINTS = 5;

/** How a network is deleted. */
export interface DeleteNetworkOptions {
  /** Disconnects endpoints first, and takes over a deletion or creation that was cut short. */
  readonly force?: boolean;
}

/** Deletes a network: marked first, then its traces in the kernel, then its record and pools. */
export async function deleteNetwork(
  context: EngineContext,
  nameOrId: string,
  options: DeleteNetworkOptions = {},
): Promise<Network> {
  const { force = false } = options;
  if (force) await disconnectAll(context, nameOrId);
  const network = await inTransaction(context, async (tx) => {
    const found = await getNetwork(tx, 'remove network', nameOrId);
    if (found.state !== 'ready' && !force) throw new NotReadyError('remove network', found.name, found.state);
    const endpoints = await tx.list(keys.networkEndpoints(found.id), { limit: NAMED_ENDPOINTS + 1 });
    if (endpoints.length > 0) {
      const names = endpoints.slice(0, NAMED_ENDPOINTS).map(({ key }) => lastPart(key));
      throw new NetworkInUseError(found.name, names, endpoints.length > NAMED_ENDPOINTS);
    }
    const deleting: Network = { ...found, state: 'deleting' };
    putNetwork(tx, deleting);
    return deleting;
  });
  await tearDown(
    `network ${network.name}`,
    driverOf(context, network.driver).delete(network),
    context.onStep,
  );
  await inTransaction(context, (tx) => forgetNetwork(tx, network));
  return network;
}

async function disconnectAll(context: EngineContext, nameOrId: string): Promise<void> {
  const endpoints = await inTransaction(context, async (tx) => {
    const { id } = await getNetwork(tx, 'remove network', nameOrId);
    const index = await tx.list(keys.networkEndpoints(id));
    return getEndpoints(
      tx,
      index.map(({ key }) => lastPart(key)),
    );
  });
  await disconnectEndpoints(context, endpoints);
}
