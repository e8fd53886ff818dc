import { releaseAddress, type Transaction } from '@tsnet/ipam';
import { netnsCookie } from '@tsnet/linux';
import { formatNetnsRef, type NetnsRef } from '@tsnet/netns';
import { takeDown } from '../carry-out.ts';
import { driverOf, type EngineContext, inSnapshot, inTransaction } from '../context.ts';
import { EndpointNotFoundError, NotReadyError } from '../errors.ts';
import { attemptAll, throwTogether } from '../failures.ts';
import { abandon, begin, isAbandoned, whenFree } from '../journal/journal.ts';
import { endOperation } from '../journal/operation.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Plan } from '../plan.ts';
import { findEndpoint, putEndpoint, removeEndpoint } from '../records/endpoint-record.ts';
import { getNetwork, withNetwork } from '../records/network-record.ts';
import { releasePort } from '../records/port-claims.ts';
import { getEndpoint, listSandboxEndpoints } from './queries.ts';
import { endpointOwner } from './reserve-endpoint.ts';
import { unwireSandboxPlan } from './unwire-sandbox.ts';

/** How an endpoint is disconnected. */
export interface DisconnectOptions {
  /** Takes over a connection or disconnection that was cut short. */
  readonly force?: boolean;
  /** Told of the endpoint as it is when its disconnection begins; what it throws keeps that from happening. */
  readonly check?: (endpoint: Endpoint) => void;
}

/** Disconnects the endpoint of that id or `network/name`, and returns it as it was. @throws {@link EndpointNotFoundError} */
export function disconnect(
  context: EngineContext,
  ref: string,
  options: DisconnectOptions = {},
): Promise<Endpoint> {
  return whenFree(async () => {
    const { found, going } = await inTransaction(context, async (tx) => {
      const found = await getEndpoint(tx, 'find endpoint', ref);
      return { found, going: await mark(context, tx, found, options) };
    });
    await finishGoing(context, going);
    return found;
  });
}

/**
 * Disconnects one endpoint; the sandbox may be gone. Its leases and ports are free when the kernel has
 * forgotten the link.
 */
export function disconnectEndpoint(
  context: EngineContext,
  { id }: Pick<Endpoint, 'id'>,
  options: DisconnectOptions = {},
): Promise<void> {
  return whenFree(async () => {
    const going = await inTransaction(context, async (tx) => {
      const current = await findEndpoint(tx, id);
      return current === undefined ? undefined : mark(context, tx, current, options);
    });
    if (going !== undefined) await finishGoing(context, going);
  });
}

/** An endpoint that is going, with what is to be done for it. */
interface GoingEndpoint {
  readonly endpoint: Endpoint;
  readonly plan: Plan;
}

/** Puts on record that an endpoint is going. */
async function mark(
  context: EngineContext,
  tx: Transaction,
  current: Endpoint,
  { force, check }: DisconnectOptions,
): Promise<GoingEndpoint> {
  check?.(current);
  if (current.state !== 'ready' && !force) throw new NotReadyError('disconnect', current.id, current.state);
  const { network, endpoint } = await withNetwork(tx, { ...current, state: 'deleting' });
  const plan = [
    ...driverOf(context, network.driver).disconnect(network, endpoint),
    ...unwireSandboxPlan(context, endpoint),
  ];
  // Whatever another operation on the endpoint may have done, this one takes it away.
  await begin(context, tx, { kind: 'disconnect', subject: endpoint.id, plan }, (other) =>
    isAbandoned(context, other),
  );
  putEndpoint(tx, endpoint);
  return { endpoint, plan };
}

async function finishGoing(context: EngineContext, { endpoint, plan }: GoingEndpoint): Promise<void> {
  try {
    await takeDown(context, `endpoint ${endpoint.id}`, plan);
  } catch (error) {
    await abandon(context, endpoint.id);
    throw error;
  }
  await inTransaction(context, (tx) => forgetEndpoint(tx, endpoint));
}

/** Disconnects endpoints side by side, all of them even if some fail. */
export async function disconnectEndpoints(
  context: EngineContext,
  endpoints: readonly Endpoint[],
): Promise<void> {
  const outcomes = await Promise.allSettled(
    endpoints.map((endpoint) => disconnectEndpoint(context, endpoint, { force: true })),
  );
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  throwTogether(`${endpoints.length} endpoints`, failures);
}

/** The endpoints of a sandbox, on all networks or on one; also those of a namespace that had its name. */
export async function endpointsOfSandbox(
  context: EngineContext,
  sandbox: NetnsRef,
  network?: string,
): Promise<readonly Endpoint[]> {
  const key = findSandboxKey(context, sandbox);
  return inSnapshot(context, async (tx) => {
    const networkId =
      network === undefined ? undefined : (await getNetwork(tx, 'disconnect from network', network)).id;
    const endpoints = await listSandboxEndpoints(tx, formatNetnsRef(sandbox), key);
    return endpoints.filter((endpoint) => networkId === undefined || endpoint.networkId === networkId);
  });
}

/** Disconnects a sandbox from a network, and goes on past failures. @throws {@link EndpointNotFoundError} unless forced. */
export async function disconnectSandbox(
  context: EngineContext,
  network: string,
  sandbox: NetnsRef,
  options: DisconnectOptions = {},
): Promise<readonly Endpoint[]> {
  const endpoints = await endpointsOfSandbox(context, sandbox, network);
  if (endpoints.length === 0 && !options.force) {
    throw new EndpointNotFoundError('disconnect', `${formatNetnsRef(sandbox)} from ${network}`);
  }
  const failures = await attemptAll(
    endpoints.map((endpoint) => () => disconnectEndpoint(context, endpoint, options)),
  );
  throwTogether(`endpoints of ${formatNetnsRef(sandbox)}`, failures);
  return endpoints;
}

/** Removes all that the store knows of an endpoint, with what was under way; nothing when it is forgotten already. */
export async function forgetEndpoint(tx: Transaction, { id }: Endpoint): Promise<void> {
  endOperation(tx, id);
  const endpoint = await findEndpoint(tx, id);
  if (endpoint === undefined) return;
  for (const { poolId, prefix } of endpoint.addresses) {
    await releaseAddress(tx, poolId, prefix.address, endpointOwner(id));
  }
  for (const port of endpoint.ports) await releasePort(tx, id, port);
  removeEndpoint(tx, endpoint);
}

/** What a namespace is known by, or undefined when there is none of that name. */
export function findSandboxKey(context: EngineContext, ref: NetnsRef): string | undefined {
  const { host, sandboxes } = context;
  using netns = sandboxes.find(ref);
  return netns === undefined ? undefined : host.netnsKey(netnsCookie(host.linux, netns.fd));
}
