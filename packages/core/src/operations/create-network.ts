import { deletePool, releaseAddress, releasePool, type Transaction } from '@tsnet/ipam';
import { findLink } from '@tsnet/netlink';
import { carryOut } from '../carry-out.ts';
import { driverOf, type EngineContext, inSnapshot, inTransaction } from '../context.ts';
import { InvalidNetworkError, LinkExistsError, NetworkExistsError, NotReadyError } from '../errors.ts';
import { begin, giveUp } from '../journal/journal.ts';
import { endOperation } from '../journal/operation.ts';
import { checkIfName, checkName, fitsIfName, IF_NAME_LIMIT } from '../model/name.ts';
import type { Network, NetworkSpec } from '../model/network.ts';
import type { Step } from '../plan.ts';
import {
  findNetwork,
  insertNetwork,
  putNetwork,
  refuseTakenName,
  removeNetwork,
} from '../records/network-record.ts';
import type { CreateOptions } from './create-options.ts';
import { gatewayOwner, reserveSubnets, routedPrefixes } from './plan-subnets.ts';

const SMALLEST_MTU = 1280;
const LARGEST_MTU = 65_535;

/** Creates a network: its record and pools first, then what the driver makes of it in the kernel. */
export async function createNetwork(
  context: EngineContext,
  spec: NetworkSpec,
  { id }: CreateOptions = {},
): Promise<Network> {
  const made = id === undefined ? undefined : await inSnapshot(context, (tx) => findNetwork(tx, id));
  if (made?.state === 'ready' && made.name === spec.name) return made;
  const driver = driverOf(context, spec.driver ?? context.drivers[0]?.name ?? '');
  const draft = draftOf(context, spec, driver.name, id ?? context.newId());
  await inSnapshot(context, (tx) => refuseTakenName(tx, draft.name));
  refuseForeignLinks(context, draft);
  const routed = routedPrefixes(context);
  const { network, plan, operation } = await inTransaction(context, async (tx) => {
    const other = id === undefined ? undefined : await findNetwork(tx, id);
    if (other !== undefined) throw idTaken(spec, other);
    const subnets = await reserveSubnets(tx, spec, routed, draft.createdAt);
    const network = { ...draft, subnets };
    const plan = [...driver.create(network), recordStep(context, { ...network, state: 'ready' })];
    await insertNetwork(tx, network);
    const operation = { kind: 'create-network', subject: network.id, plan } as const;
    await begin(context, tx, operation);
    return { network, plan, operation };
  });
  try {
    await carryOut(context, plan);
  } catch (error) {
    return giveUp(context, operation, error, (tx) => forgetNetwork(tx, network, false));
  }
  return { ...network, state: 'ready' };
}

/** The last step: the network is whole, unless somebody has begun to delete it. */
function recordStep(context: EngineContext, ready: Network): Step {
  return {
    name: 'record-network',
    subject: ready.name,
    isRehearsable: true,
    apply: () =>
      inTransaction(context, async (tx) => {
        const current = await findNetwork(tx, ready.id);
        if (current?.state !== 'creating') throw new NotReadyError('create network', ready.name, 'deleting');
        putNetwork(tx, ready);
        endOperation(tx, ready.id);
      }),
  };
}

/**
 * Removes all that the store knows of a network without endpoints, with what was under way; nothing when it is forgotten
 * already.
 *
 * @param force - also gives up what others have leased from its pools. @throws {@link PoolInUseError} otherwise.
 */
export async function forgetNetwork(tx: Transaction, network: Network, force: boolean): Promise<void> {
  endOperation(tx, network.id);
  if ((await findNetwork(tx, network.id)) === undefined) return;
  for (const { poolId, gateway } of network.subnets) {
    if (force) await releasePool(tx, poolId);
    else await releaseAddress(tx, poolId, gateway, gatewayOwner(network.name));
    await deletePool(tx, poolId);
  }
  removeNetwork(tx, network);
}

function draftOf(context: EngineContext, spec: NetworkSpec, driver: string, id: string): Network {
  const name = checkName('network', spec.name);
  const { mtu } = spec;
  if (mtu !== undefined && !(Number.isInteger(mtu) && mtu >= SMALLEST_MTU && mtu <= LARGEST_MTU)) {
    throw new InvalidNetworkError(
      name,
      `MTU ${mtu} is not a whole number from ${SMALLEST_MTU} to ${LARGEST_MTU}`,
    );
  }
  return {
    id,
    name,
    driver,
    state: 'creating',
    subnets: [],
    internal: spec.internal ?? false,
    isolated: spec.isolated ?? false,
    masquerade: spec.masquerade ?? true,
    respectHostFirewall: spec.respectHostFirewall ?? false,
    firewall: spec.firewall ?? 'auto',
    mtu,
    ifName: spec.ifName === undefined ? (fitsIfName(name) ? name : `tsb${id}`) : checkIfName(spec.ifName),
    labels: spec.labels ?? {},
    createdAt: context.now(),
    bootId: context.host.bootId,
  };
}

/** A network must not take over a link that is there, nor be confused with one by its name. */
function refuseForeignLinks(context: EngineContext, network: Network): void {
  for (const ifName of new Set([network.ifName, network.name])) {
    const isPossible = Buffer.byteLength(ifName) <= IF_NAME_LIMIT;
    if (isPossible && findLink(context.host.netlink, ifName)) throw new LinkExistsError(network.name, ifName);
  }
}

function idTaken({ name }: NetworkSpec, other: Network): NetworkExistsError {
  return new NetworkExistsError(name, `network ${other.name} has the id ${other.id}`);
}
