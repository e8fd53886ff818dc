import { setTimeout } from 'node:timers/promises';
import { isTsnetError } from '@tsnet/errors';
import { findLink } from '@tsnet/netlink';
import { type NetnsDirectory, sameNetns } from '@tsnet/netns';
import { type EngineContext, inTransaction } from '../context.ts';
import { attemptAll, throwTogether } from '../failures.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { insertEndpoint, removeEndpoint } from '../records/endpoint-record.ts';
import { keys, lastPart } from '../records/keys.ts';
import { disconnectEndpoints, endpointsOfSandbox } from './disconnect.ts';
import { unpublish } from './publish.ts';
import { getEndpoints } from './queries.ts';

/** How long links of a deleted namespace are waited for. */
const PATIENCE_MS = 100;

/** Makes a named namespace, up to a loopback that is down. */
export function createSandbox(context: EngineContext, name: string): void {
  context.host.sandboxes.create(name).close();
}

/**
 * Deletes a named namespace with all its endpoints. The kernel takes the links down with the namespace, a grace
 * period later; nobody waits for that here, but the endpoints keep their addresses until it has happened. Links
 * that a process in the namespace keeps alive are deleted all the same. A namespace that has another name as well
 * lives on under that one, with its endpoints.
 *
 * @returns whether the namespace was there.
 */
export async function deleteSandbox(context: EngineContext, name: string): Promise<boolean> {
  const { sandboxes } = context.host;
  const endpoints = await endpointsOfSandbox(context, { kind: 'name', name });
  const otherName = endpoints.length === 0 ? undefined : findOtherName(sandboxes, name);
  let deleted = false;
  const deleteName = () => {
    deleted = sandboxes.delete(name);
  };
  if (otherName !== undefined) {
    deleteName();
    await moveEndpoints(context, name, otherName);
    return deleted;
  }
  const failures = await attemptAll([
    ...endpoints.map((endpoint) => () => closePorts(context, endpoint)),
    deleteName,
  ]);
  if (endpoints.length > 0) context.pending.add(forgetWhenGone(context, endpoints));
  throwTogether(`sandbox ${name}`, failures);
  return deleted;
}

/** Costs as much as there are names, some 8 µs for each: it is asked only of a namespace with endpoints. */
function findOtherName(sandboxes: NetnsDirectory, name: string): string | undefined {
  using netns = sandboxes.find({ kind: 'name', name });
  if (netns === undefined) return undefined;
  const { identity } = netns;
  return sandboxes
    .list()
    .find((entry) => entry.name !== name && entry.identity && sameNetns(entry.identity, identity))?.name;
}

/** Endpoints that were connected by a name that is gone belong to the next namespace of that name no more. */
async function moveEndpoints(context: EngineContext, from: string, to: string): Promise<void> {
  await inTransaction(context, async (tx) => {
    const index = await tx.list(keys.sandboxRefs(from));
    const endpoints = await getEndpoints(
      tx,
      index.map(({ key }) => lastPart(key)),
    );
    for (const endpoint of endpoints) {
      removeEndpoint(tx, endpoint);
      insertEndpoint(tx, { ...endpoint, sandbox: { ...endpoint.sandbox, ref: to } });
    }
  });
}

async function forgetWhenGone(context: EngineContext, endpoints: readonly Endpoint[]): Promise<void> {
  await untilLinksAreGone(context, endpoints);
  await disconnectEndpoints(context, endpoints);
}

/** A port must not lead to an address whose link is going. One that somebody else has closed is closed. */
async function closePorts(
  context: EngineContext,
  { id, ports }: Pick<Endpoint, 'id' | 'ports'>,
): Promise<void> {
  if (ports.length === 0) return;
  try {
    await unpublish(context, id, ports);
  } catch (error) {
    if (!isTsnetError(error) || error.kind !== 'not-found') throw error;
    if (ports.length === 1) return;
    const failures = await attemptAll(ports.map((port) => () => closePorts(context, { id, ports: [port] })));
    throwTogether(`ports of ${id}`, failures);
  }
}

/**
 * Waits for the links of namespaces that were deleted: the kernel takes them down a moment later.
 *
 * @returns the endpoints whose links are still there, because something keeps the namespace.
 */
export async function untilLinksAreGone(
  context: EngineContext,
  endpoints: readonly Endpoint[],
): Promise<readonly Endpoint[]> {
  const deadline = performance.now() + PATIENCE_MS;
  let left = endpoints;
  while (left.length > 0 && performance.now() < deadline) {
    left = left.filter(({ hostIfName }) => findLink(context.host.netlink, hostIfName) !== undefined);
    if (left.length > 0) await setTimeout(1);
  }
  return left;
}
