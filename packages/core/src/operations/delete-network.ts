import type { Transaction } from '@tsnet/ipam';
import { driverOf, type EngineContext, inTransaction } from '../context.ts';
import { NetworkInUseError, NotReadyError } from '../errors.ts';
import type { Network } from '../model/network.ts';
import { tearDown } from '../plan.ts';
import { keys, lastPart } from '../records/keys.ts';
import { getNetwork, putNetwork } from '../records/network-record.ts';
import { forgetNetwork } from './create-network.ts';
import { disconnectEndpoints } from './disconnect.ts';
import { listEndpoints } from './queries.ts';

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
  const network = await inTransaction(context, async (tx) => {
    const found = await getNetwork(tx, 'remove network', nameOrId);
    if (found.state !== 'ready' && !force) throw new NotReadyError('remove network', found.name, found.state);
    if (!force) await refuseInUse(tx, found);
    const deleting: Network = { ...found, state: 'deleting' };
    putNetwork(tx, deleting);
    return deleting;
  });
  // From here on nothing can be connected any more: what is on record now is all that there is.
  if (force) await disconnectAll(context, network);
  await tearDown(
    `network ${network.name}`,
    driverOf(context, network.driver).delete(network),
    context.onStep,
  );
  await inTransaction(context, (tx) => forgetNetwork(tx, network));
  return network;
}

async function refuseInUse(tx: Transaction, { id, name }: Network): Promise<void> {
  const endpoints = await tx.list(keys.networkEndpoints(id), { limit: NAMED_ENDPOINTS + 1 });
  if (endpoints.length === 0) return;
  const names = endpoints.slice(0, NAMED_ENDPOINTS).map(({ key }) => lastPart(key));
  throw new NetworkInUseError(name, names, endpoints.length > NAMED_ENDPOINTS);
}

async function disconnectAll(context: EngineContext, { id }: Network): Promise<void> {
  await disconnectEndpoints(context, await inTransaction(context, (tx) => listEndpoints(tx, id)));
}
