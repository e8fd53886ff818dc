import type { Invocation } from '../invocation.ts';
import { formatTable } from '../output/table.ts';
import { withInventory } from '../session.ts';
import { endpointDocument, endpointHeading, endpointRow, endpointText } from '../views/endpoint-view.ts';

/** `tsnet endpoint ls` */
export async function listEndpoints(invocation: Invocation): Promise<void> {
  const endpoints = await withInventory(invocation, (inventory) => inventory.listEndpoints());
  invocation.output.result(endpoints.map(endpointDocument), () =>
    endpoints.length === 0 ? 'no endpoints' : formatTable(endpointHeading, endpoints.map(endpointRow)),
  );
}

/** `tsnet endpoint inspect` */
export async function inspectEndpoint(invocation: Invocation, id: string): Promise<void> {
  const endpoint = await withInventory(invocation, (inventory) => inventory.getEndpoint(id));
  invocation.output.result(endpointDocument(endpoint), () => endpointText(endpoint));
}
