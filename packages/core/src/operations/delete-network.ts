import { listLeases, type Transaction } from '@tsnet/ipam';
import { takeDown } from '../carry-out.ts';
import { driverOf, type EngineContext, inSnapshot, inTransaction } from '../context.ts';
import { NetworkInUseError, NotReadyError } from '../errors.ts';
import { abandon, begin, isAbandoned, whenFree } from '../journal/journal.ts';
import type { Network } from '../model/network.ts';
import { keys, lastPart } from '../records/keys.ts';
import { getNetwork, putNetwork } from '../records/network-record.ts';
import { forgetNetwork } from './create-network.ts';
import { disconnectEndpoints } from './disconnect.ts';
import { gatewayOwner } from './plan-subnets.ts';
import { listEndpoints } from './queries.ts';

/** How many users a refusal names. */
const NAMED_USERS = 5;

/** How a network is deleted. */
export interface DeleteNetworkOptions {
  /**
   * Disconnects endpoints first, releases what others have leased from its pools, and takes over a deletion or
   * creation that was cut short.
   */
  readonly force?: boolean;
  /** Told of the network as it is when its deletion begins; what it throws keeps that from happening. */
  readonly check?: (network: Network) => void;
}

/** Deletes a network: marked first, then its traces in the kernel, then its record and pools. */
export function deleteNetwork(
  context: EngineContext,
  nameOrId: string,
  options: DeleteNetworkOptions = {},
): Promise<Network> {
  return whenFree(async () => {
    const { network, plan } = await mark(context, nameOrId, options);
    try {
      // From here on nothing can be connected any more: what is on record now is all that there is.
      if (options.force) await disconnectAll(context, network);
      await takeDown(context, `network ${network.name}`, plan);
    } catch (error) {
      await abandon(context, network.id);
      throw error;
    }
    await inTransaction(context, (tx) => forgetNetwork(tx, network, options.force ?? false));
    return network;
  });
}

/** Puts on record that a network is going. */
function mark(context: EngineContext, nameOrId: string, { force, check }: DeleteNetworkOptions) {
  return inTransaction(context, async (tx) => {
    const found = await getNetwork(tx, 'remove network', nameOrId);
    check?.(found);
    if (found.state !== 'ready' && !force) throw new NotReadyError('remove network', found.name, found.state);
    if (!force) await refuseInUse(tx, found, context.now());
    const network: Network = { ...found, state: 'deleting' };
    const plan = driverOf(context, network.driver).delete(network);
    // Whatever another operation on the network may have done, this one takes it away.
    await begin(context, tx, { kind: 'delete-network', subject: network.id, plan }, (other) =>
      isAbandoned(context, other),
    );
    putNetwork(tx, network);
    return { network, plan };
  });
}

async function refuseInUse(tx: Transaction, network: Network, now: number): Promise<void> {
  const { id, name, subnets } = network;
  const endpoints = await tx.list(keys.networkEndpoints(id), { limit: NAMED_USERS + 1 });
  refuseUsed(
    name,
    'endpoints',
    endpoints.map(({ key }) => lastPart(key)),
  );
  for (const { poolId } of subnets) {
    const leases = await listLeases(tx, { poolId });
    const foreign = leases.filter(
      ({ owner, expiresAt = Infinity }) => owner !== gatewayOwner(name) && expiresAt > now,
    );
    refuseUsed(
      name,
      'leases',
      foreign.map(({ address, owner }) => `${address} of ${owner}`),
    );
  }
}

function refuseUsed(name: string, what: string, users: readonly string[]): void {
  if (users.length === 0) return;
  throw new NetworkInUseError(name, what, users.slice(0, NAMED_USERS), users.length > NAMED_USERS);
}

async function disconnectAll(context: EngineContext, { id }: Network): Promise<void> {
  await disconnectEndpoints(context, await inSnapshot(context, (tx) => listEndpoints(tx, id)));
}
