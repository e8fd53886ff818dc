import type { Api, EndpointDocument, SandboxDocument } from '@tsnet/api';
import { openLinux } from '@tsnet/linux';
import { type NetnsEntry, openNetnsDirectory } from '@tsnet/netns';
import { endpointDocument } from '@tsnet/service';
import type { Invocation } from '../invocation.ts';
import { withInventory } from '../session.ts';

/**
 * Tells of sandboxes without the privilege to look into them: an endpoint is told from the name by which its sandbox was
 * connected.
 */
export function openSandboxes(invocation: Invocation): Pick<Api, 'listSandboxes'> {
  return {
    async listSandboxes() {
      const entries = openNetnsDirectory({ linux: openLinux() }).list();
      const found = await withInventory(invocation, (inventory) => inventory.listEndpoints());
      const endpoints = found.map(endpointDocument);
      return entries.map(
        (entry): SandboxDocument => ({
          name: entry.name,
          state: stateOf(entry),
          endpoints: endpoints.filter((endpoint) => isNamed(endpoint, entry.name)),
        }),
      );
    },
  };
}

/** An endpoint may have been connected by the path of a name. */
function isNamed({ sandbox }: EndpointDocument, name: string): boolean {
  return sandbox === name || sandbox === `/run/netns/${name}` || sandbox === `/var/run/netns/${name}`;
}

function stateOf({ stale, identity }: NetnsEntry): SandboxDocument['state'] {
  return stale ? 'stale' : identity === undefined ? 'no namespace' : 'live';
}
