import { setTimeout } from 'node:timers/promises';
import { isTsnetError } from '@tsnet/errors';
import { findLink } from '@tsnet/netlink';
import { parseNetnsRef } from '@tsnet/netns';
import type { EngineContext } from '../context.ts';
import { attemptAll, throwTogether } from '../failures.ts';
import type { Endpoint, SandboxIdentity } from '../model/endpoint.ts';
import { disconnectEndpoints, endpointsOfSandbox, findSandboxKey } from './disconnect.ts';
import { unpublish } from './publish.ts';

/** How long links of a deleted namespace are waited for. */
const PATIENCE_MS = 100;

/** Makes a named namespace, up to a loopback that is down. */
export function createSandbox(context: EngineContext, name: string): void {
  context.host.sandboxes.create(name).close();
}

/**
 * Deletes the name of a namespace with its endpoints. The kernel takes the links down with the namespace, a grace
 * period later; nobody waits for that here, but the endpoints keep their addresses until it has happened. Links
 * that a process in the namespace keeps alive are deleted all the same. Endpoints that were connected by another
 * name, path or process stay where that still leads to the namespace.
 *
 * @returns whether the namespace was there.
 */
export async function deleteSandbox(context: EngineContext, name: string): Promise<boolean> {
  const endpoints = await endpointsOfSandbox(context, { kind: 'name', name });
  const own = endpoints.filter(({ sandbox }) => sandbox.ref === name);
  let deleted = false;
  const failures = await attemptAll([
    ...own.map((endpoint) => () => closePorts(context, endpoint)),
    () => {
      deleted = context.host.sandboxes.delete(name);
    },
  ]);
  const going = endpoints.filter(({ sandbox }) => sandbox.ref === name || !leadsThere(context, sandbox));
  if (going.length > 0) context.pending.add(forgetWhenGone(context, going));
  throwTogether(`sandbox ${name}`, failures);
  return deleted;
}

/** Whether the words by which a namespace was once named still name it. */
function leadsThere(context: EngineContext, { ref, key }: SandboxIdentity): boolean {
  return findSandboxKey(context, parseNetnsRef(ref)) === key;
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
