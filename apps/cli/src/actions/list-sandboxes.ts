import type { SandboxDocument } from '@tsnet/api';
import { withApi } from '../access/with-api.ts';
import type { Invocation } from '../invocation.ts';
import { formatTable } from '../output/table.ts';
import { placeText } from '../views/endpoint-view.ts';

/** `tsnet netns ls` */
export async function listSandboxes(invocation: Invocation): Promise<void> {
  const sandboxes = await withApi(invocation, (api) => api.listSandboxes());
  invocation.output.result(sandboxes.map(sandboxDocument), () =>
    sandboxes.length === 0
      ? 'no namespaces'
      : formatTable(['NAME', 'STATE', 'ENDPOINTS'], sandboxes.map(sandboxRow)),
  );
}

function sandboxDocument({ name, state, endpoints }: SandboxDocument) {
  return {
    name,
    stale: state !== 'live',
    endpoints: endpoints.map(({ id, network, ifName }) => ({ id, network, ifName })),
  };
}

function sandboxRow({ name, state, endpoints }: SandboxDocument): readonly string[] {
  return [name, state, endpoints.map(placeText).join(', ')];
}
