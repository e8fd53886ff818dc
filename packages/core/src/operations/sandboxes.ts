import { setTimeout } from 'node:timers/promises';
import { formatNetnsRef, parseNetnsRef } from '@tsnet/netns';
import { type EngineContext, inSnapshot } from '../context.ts';
import { attemptAll, throwTogether } from '../failures.ts';
import type { Endpoint, SandboxIdentity } from '../model/endpoint.ts';
import { withNetwork } from '../records/network-record.ts';
import { disconnectEndpoints, findSandboxKey } from './disconnect.ts';
import { closePorts } from './publish.ts';
import { listSandboxEndpoints } from './queries.ts';

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
  const ref = { kind: 'name', name } as const;
  const key = findSandboxKey(context, ref);
  const endpoints = await inSnapshot(context, (tx) => listSandboxEndpoints(tx, formatNetnsRef(ref), key));
  const own = endpoints.filter(({ sandbox }) => sandbox.ref === name);
  let deleted = false;
  const failures = await attemptAll([
    ...own.map((endpoint) => () => closeAllPorts(context, endpoint)),
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

/** A port must not lead to an address whose link is going. */
async function closeAllPorts(context: EngineContext, endpoint: Endpoint): Promise<void> {
  if (endpoint.ports.length === 0) return;
  const { network } = await inSnapshot(context, (tx) => withNetwork(tx, endpoint));
  await closePorts(context, network, endpoint, endpoint.ports);
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
  const start = performance.now();
  let left = endpoints;
  for (;;) {
    left = left.filter(({ hostIfName }) => context.host.sysctl.hasLink(hostIfName));
    const waited = performance.now() - start;
    if (left.length === 0 || waited >= PATIENCE_MS) return left;
    // Many sandboxes may go at once, and all of them wait here.
    await setTimeout(1 + waited / 8);
  }
}
