import { releaseAddress, type Transaction } from '@tsnet/ipam';
import { NetlinkConnection } from '@tsnet/netlink';
import { formatNetnsRef, NetnsNotFoundError, type NetnsRef } from '@tsnet/netns';
import { driverOf, type EngineContext, inTransaction } from '../context.ts';
import { EndpointNotFoundError, NotReadyError } from '../errors.ts';
import { attemptAll, throwTogether } from '../failures.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { tearDown } from '../plan.ts';
import { findEndpoint, putEndpoint, removeEndpoint } from '../records/endpoint-record.ts';
import { keys, lastPart } from '../records/keys.ts';
import { getNetwork } from '../records/network-record.ts';
import { releasePort } from '../records/port-claims.ts';
import { getEndpoints } from './queries.ts';
import { endpointOwner } from './reserve-endpoint.ts';

/** How an endpoint is disconnected. */
export interface DisconnectOptions {
  /** Takes over a connection or disconnection that was cut short. */
  readonly force?: boolean;
}

/**
 * Disconnects one endpoint; the sandbox may be gone. Its leases and ports are free when the kernel has
 * forgotten the link.
 */
export async function disconnectEndpoint(
  context: EngineContext,
  endpoint: Endpoint,
  options: DisconnectOptions = {},
): Promise<void> {
  const marked = await inTransaction(context, async (tx) => {
    const current = await findEndpoint(tx, endpoint.id);
    // Whoever has forgotten it may have forgotten the network too.
    if (current === undefined) return undefined;
    const network = await getNetwork(tx, 'disconnect from network', current.networkId);
    if (current.state !== 'ready' && !options.force)
      throw new NotReadyError('disconnect', current.id, current.state);
    const deleting: Endpoint = { ...current, state: 'deleting' };
    putEndpoint(tx, deleting);
    return { network, deleting };
  });
  if (marked === undefined) return;
  const { network, deleting } = marked;
  const plan = driverOf(context, network.driver).disconnect(network, deleting);
  await tearDown(`endpoint ${endpoint.id}`, plan, context.onStep);
  await inTransaction(context, (tx) => forgetEndpoint(tx, deleting));
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
  networkNameOrId?: string,
): Promise<readonly Endpoint[]> {
  const key = findSandboxKey(context, sandbox);
  return inTransaction(context, async (tx) => {
    const networkId =
      networkNameOrId === undefined
        ? undefined
        : (await getNetwork(tx, 'disconnect from network', networkNameOrId)).id;
    const byRef = await tx.list(keys.sandboxRefs(formatNetnsRef(sandbox)));
    const byKey = key === undefined ? [] : await tx.list(keys.sandboxLinks(key));
    const ids = new Set([
      ...byRef.map((entry) => lastPart(entry.key)),
      ...byKey.map(({ value }) => String(value)),
    ]);
    const endpoints = await getEndpoints(tx, [...ids]);
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

/** Removes all that the store knows of an endpoint; nothing when it is forgotten already. */
export async function forgetEndpoint(tx: Transaction, { id }: Endpoint): Promise<void> {
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
  try {
    using netns = context.host.sandboxes.open(ref);
    using netlink = NetlinkConnection.open({ linux: context.host.linux, netns: netns.fd });
    return context.host.netnsKey(netlink);
  } catch (error) {
    if (error instanceof NetnsNotFoundError) return undefined;
    throw error;
  }
}
