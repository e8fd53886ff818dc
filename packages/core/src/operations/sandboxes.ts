import { setTimeout } from 'node:timers/promises';
import { formatNetnsRef, parseNetnsRef } from '@tsnet/netns';
import { takeDown } from '../carry-out.ts';
import { type EngineContext, inSnapshot, inTransaction } from '../context.ts';
import { attemptAll, throwTogether } from '../failures.ts';
import { abandon, begin, isAbandoned, whenFree } from '../journal/journal.ts';
import { endOperation, findOperation } from '../journal/operation.ts';
import type { Endpoint, SandboxIdentity } from '../model/endpoint.ts';
import type { Plan } from '../plan.ts';
import { disconnectEndpoints, findSandboxKey } from './disconnect.ts';
import { closePorts } from './publish.ts';
import { listSandboxEndpoints } from './queries.ts';

/** How long links of a deleted namespace are waited for. */
const PATIENCE_MS = 100;

/** What an operation on a named namespace changes. */
export function sandboxSubject(name: string): string {
  return `sandbox:${name}`;
}

/** How a named namespace is deleted. */
export interface DeleteSandboxOptions {
  /** The id of the process that asks: this one by default. What another process holds is left alone while that lives. */
  readonly holder?: number;
}

/**
 * Deletes the name of a namespace with its endpoints. The kernel takes the links down with the namespace, a grace
 * period later; nobody waits for that here, but the endpoints keep their addresses until it has happened. Links
 * that a process in the namespace keeps alive are deleted all the same. Endpoints that were connected by another
 * name, path or process stay where that still leads to the namespace.
 *
 * @returns whether the namespace was there.
 */
export async function deleteSandbox(
  context: EngineContext,
  name: string,
  { holder }: DeleteSandboxOptions = {},
): Promise<boolean> {
  const sandboxKey = findSandboxKey(context, { kind: 'name', name });
  return takeDownSandbox(context, name, sandboxKey, context.host.process.of(holder));
}

/** Ends the deletion of a namespace that was cut short; a namespace that has got the name meanwhile is left alone. */
export async function finishSandbox(
  context: EngineContext,
  name: string,
  sandboxKey: string | undefined,
): Promise<void> {
  const currentKey = findSandboxKey(context, { kind: 'name', name });
  if (currentKey === sandboxKey) {
    await takeDownSandbox(context, name, sandboxKey, context.host.process.own);
    return;
  }
  const endpoints = await inSnapshot(context, (tx) =>
    listSandboxEndpoints(tx, formatNetnsRef({ kind: 'name', name }), undefined),
  );
  await forgetWhenGone(
    context,
    name,
    endpoints.filter(({ sandbox }) => sandbox.key !== currentKey),
    true,
  );
}

async function takeDownSandbox(
  context: EngineContext,
  name: string,
  sandboxKey: string | undefined,
  process: string,
): Promise<boolean> {
  let deleted = false;
  const plan: Plan = [
    {
      name: 'delete-netns',
      subject: name,
      isRehearsable: true,
      apply() {
        deleted = context.sandboxes.delete(name);
      },
    },
  ];
  const spec = { kind: 'delete-sandbox', subject: sandboxSubject(name), plan, sandboxKey } as const;
  const endpoints = await whenFree(() =>
    inTransaction(context, async (tx) => {
      const found = await listSandboxEndpoints(tx, formatNetnsRef({ kind: 'name', name }), sandboxKey);
      const current = await findOperation(tx, spec.subject);
      // Nothing but a name: there is nothing to lose in between.
      if (found.length === 0 && current === undefined) return undefined;
      await begin(
        context,
        tx,
        spec,
        (other) =>
          isAbandoned(context, other) || (other.kind === 'hold-sandbox' && other.process === process),
      );
      return found;
    }),
  );
  if (endpoints === undefined) {
    await takeDown(context, `sandbox ${name}`, plan);
    return deleted;
  }
  const own = endpoints.filter(({ sandbox }) => sandbox.ref === name);
  let going = own;
  const failures = await attemptAll([
    ...own.map((endpoint) => () => closeAllPorts(context, endpoint)),
    () => takeDown(context, `sandbox ${name}`, plan),
    () => {
      going = endpoints.filter(({ sandbox }) => sandbox.ref === name || !leadsThere(context, sandbox));
    },
  ]);
  context.pending.add(forgetWhenGone(context, name, going, failures.length === 0));
  throwTogether(`sandbox ${name}`, failures);
  return deleted;
}

/** Whether the words by which a namespace was once named still name it. */
function leadsThere(context: EngineContext, { ref, key }: SandboxIdentity): boolean {
  return findSandboxKey(context, parseNetnsRef(ref)) === key;
}

/** @param isWhole - nothing else is left to do; otherwise the operation is given up, for whoever comes next. */
async function forgetWhenGone(
  context: EngineContext,
  name: string,
  endpoints: readonly Endpoint[],
  isWhole: boolean,
): Promise<void> {
  try {
    await untilLinksAreGone(context, endpoints);
    await disconnectEndpoints(context, endpoints);
  } catch (error) {
    await abandon(context, sandboxSubject(name));
    throw error;
  }
  if (isWhole) await inTransaction(context, async (tx) => endOperation(tx, sandboxSubject(name)));
  else await abandon(context, sandboxSubject(name));
}

/** A port must not lead to an address whose link is going. */
async function closeAllPorts(context: EngineContext, endpoint: Endpoint): Promise<void> {
  if (endpoint.ports.length > 0) await closePorts(context, endpoint, endpoint.ports);
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
