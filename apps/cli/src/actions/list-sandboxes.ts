import type { Endpoint } from '@tsnet/core';
import { isTsnetError } from '@tsnet/errors';
import { openLinux } from '@tsnet/linux';
import { type NetnsEntry, openNetnsDirectory } from '@tsnet/netns';
import type { Invocation } from '../invocation.ts';
import { formatTable } from '../output/table.ts';
import { hasPrivilege } from '../privilege.ts';
import { withInventory, withNamespaces } from '../session.ts';
import { placeText } from '../views/endpoint-view.ts';

interface Sandbox {
  readonly name: string;
  readonly state: 'live' | 'stale' | 'no namespace';
  readonly endpoints: readonly Endpoint[];
}

/** `tsnet netns ls` */
export async function listSandboxes(invocation: Invocation): Promise<void> {
  const entries = openNetnsDirectory({ linux: openLinux() }).list();
  const endpoints = await endpointsByName(invocation, entries);
  const sandboxes = entries.map(({ name, identity, stale }): Sandbox => {
    const state = stale ? 'stale' : identity === undefined ? 'no namespace' : 'live';
    return { name, state, endpoints: endpoints.get(name) ?? [] };
  });
  invocation.output.result(sandboxes.map(sandboxDocument), () =>
    sandboxes.length === 0
      ? 'no namespaces'
      : formatTable(['NAME', 'STATE', 'ENDPOINTS'], sandboxes.map(sandboxRow)),
  );
}

/** By the namespace itself, however it was named when it was connected; without privilege, by that name. */
async function endpointsByName(
  invocation: Invocation,
  entries: readonly NetnsEntry[],
): Promise<ReadonlyMap<string, readonly Endpoint[]>> {
  const found = new Map<string, readonly Endpoint[]>();
  if (!hasPrivilege()) {
    const all = await withInventory(invocation, (inventory) => inventory.listEndpoints());
    for (const { name } of entries) {
      found.set(
        name,
        all.filter(({ sandbox }) => isNamed(sandbox.ref, name)),
      );
    }
    return found;
  }
  await withNamespaces(invocation, async (engine) => {
    for (const { name } of entries) {
      try {
        const own = await engine.listSandboxEndpoints({ kind: 'name', name });
        found.set(
          name,
          own.toSorted((a, b) => a.createdAt - b.createdAt),
        );
      } catch (error) {
        // A file there that is no namespace, or whose name can be none, has no endpoints.
        if (!isTsnetError(error) || error.kind !== 'invalid') throw error;
      }
    }
  });
  return found;
}

/** An endpoint may have been connected by the path of a name. */
function isNamed(ref: string, name: string): boolean {
  return ref === name || ref === `/run/netns/${name}` || ref === `/var/run/netns/${name}`;
}

function sandboxDocument({ name, state, endpoints }: Sandbox) {
  return {
    name,
    stale: state !== 'live',
    endpoints: endpoints.map(({ id, networkName, ifName }) => ({ id, network: networkName, ifName })),
  };
}

function sandboxRow({ name, state, endpoints }: Sandbox): readonly string[] {
  return [name, state, endpoints.map(placeText).join(', ')];
}
