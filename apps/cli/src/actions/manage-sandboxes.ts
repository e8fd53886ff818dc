import type { Endpoint } from '@tsnet/core';
import { openLinux } from '@tsnet/linux';
import { openNetnsDirectory } from '@tsnet/netns';
import { SandboxNotFoundError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { formatTable } from '../output/table.ts';
import { parseSandboxName } from '../parse/sandbox-name.ts';
import { withEngine, withInventory } from '../session.ts';
import { endpointDocument } from '../views/endpoint-view.ts';

/** `tsnet netns create` */
export async function createSandbox(invocation: Invocation, text: string): Promise<void> {
  const name = parseSandboxName(text);
  await withEngine(invocation, async ({ engine }) => engine.createSandbox(name));
  invocation.output.result({ name, path: `/run/netns/${name}` }, () => `created namespace ${name}`);
}

/** `tsnet netns ls` */
export async function listSandboxes(invocation: Invocation): Promise<void> {
  const endpoints = await withInventory(invocation, (inventory) => inventory.listEndpoints());
  const sandboxes = openNetnsDirectory({ linux: openLinux() })
    .list()
    .map(({ name, identity, stale }) => {
      const state = stale ? 'stale' : identity === undefined ? 'no namespace' : 'live';
      return { name, state, endpoints: endpoints.filter(({ sandbox }) => isNamed(sandbox.ref, name)) };
    });
  invocation.output.result(
    sandboxes.map((sandbox) => ({
      name: sandbox.name,
      stale: sandbox.state !== 'live',
      endpoints: sandbox.endpoints.map(({ id, networkName, ifName }) => ({
        id,
        network: networkName,
        ifName,
      })),
    })),
    () =>
      sandboxes.length === 0
        ? 'no namespaces'
        : formatTable(
            ['NAME', 'STATE', 'ENDPOINTS'],
            sandboxes.map(({ name, state, endpoints: own }) => [
              name,
              state,
              own.map(endpointText).join(', '),
            ]),
          ),
  );
}

/** `tsnet netns rm` */
export async function removeSandbox(invocation: Invocation, text: string): Promise<void> {
  const name = parseSandboxName(text);
  const endpoints = await withEngine(invocation, async ({ engine }) => {
    const connected = await engine.listSandboxEndpoints({ kind: 'name', name });
    const deleted = await engine.deleteSandbox(name);
    if (!deleted && connected.length === 0) throw new SandboxNotFoundError(name);
    return connected.toSorted((a, b) => a.createdAt - b.createdAt);
  });
  invocation.output.result({ name, endpoints: endpoints.map(endpointDocument) }, () =>
    [`removed namespace ${name}`, ...endpoints.map((endpoint) => `  and ${endpointText(endpoint)}`)].join(
      '\n',
    ),
  );
}

/** An endpoint may have been connected by the path of a name. */
function isNamed(ref: string, name: string): boolean {
  return ref === name || ref === `/run/netns/${name}` || ref === `/var/run/netns/${name}`;
}

function endpointText({ id, networkName, ifName }: Endpoint): string {
  return `${ifName} on ${networkName} (${id})`;
}
