import { carryOut } from '../carry-out.ts';
import { SandboxNotFoundError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { parseSandboxName } from '../parse/sandbox-name.ts';
import { endpointDocument, placeText } from '../views/endpoint-view.ts';

/** `tsnet netns create` */
export async function createSandbox(invocation: Invocation, text: string): Promise<void> {
  const name = parseSandboxName(text);
  await carryOut(
    invocation,
    ({ engine }) => engine.createSandbox(name),
    () => ({ document: { name, path: `/run/netns/${name}` }, text: () => `created namespace ${name}` }),
  );
}

/** `tsnet netns rm` */
export async function removeSandbox(invocation: Invocation, text: string): Promise<void> {
  const name = parseSandboxName(text);
  await carryOut(
    invocation,
    async ({ engine }) => {
      const connected = await engine.listSandboxEndpoints({ kind: 'name', name });
      const deleted = await engine.deleteSandbox(name);
      if (!deleted && connected.length === 0) throw new SandboxNotFoundError(name);
      return connected.toSorted((a, b) => a.createdAt - b.createdAt);
    },
    (endpoints) => ({
      document: { name, endpoints: endpoints.map(endpointDocument) },
      text: () =>
        [`removed namespace ${name}`, ...endpoints.map((endpoint) => `  and ${placeText(endpoint)}`)].join(
          '\n',
        ),
    }),
  );
}
