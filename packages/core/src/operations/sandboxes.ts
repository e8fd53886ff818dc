import { setTimeout } from 'node:timers/promises';
import { findLink } from '@tsnet/netlink';
import type { EngineContext } from '../context.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { disconnectEndpoints, endpointsOfSandbox } from './disconnect.ts';
import { unpublish } from './publish.ts';

/** How long links of a deleted namespace are waited for. */
const PATIENCE_MS = 100;

/** Makes a named namespace, up to a loopback that is down. */
export function createSandbox(context: EngineContext, name: string): void {
  context.host.sandboxes.create(name).close();
}

/**
 * Deletes a named namespace with all its endpoints. The kernel takes the links down with the namespace, a grace
 * period later; nobody waits for that here, but the endpoints keep their addresses until it has happened. Links
 * that a process in the namespace keeps alive are deleted all the same.
 *
 * @returns whether the namespace was there.
 */
export async function deleteSandbox(context: EngineContext, name: string): Promise<boolean> {
  const endpoints = await endpointsOfSandbox(context, { kind: 'name', name });
  await closePorts(context, endpoints);
  const deleted = context.host.sandboxes.delete(name);
  if (endpoints.length > 0) context.pending.add(forgetWhenGone(context, endpoints));
  return deleted;
}

async function forgetWhenGone(context: EngineContext, endpoints: readonly Endpoint[]): Promise<void> {
  await untilLinksAreGone(context, endpoints);
  await disconnectEndpoints(context, endpoints);
}

/** A port must not lead to an address whose link is going. */
async function closePorts(context: EngineContext, endpoints: readonly Endpoint[]): Promise<void> {
  for (const { id, ports } of endpoints) if (ports.length > 0) await unpublish(context, id, ports);
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
