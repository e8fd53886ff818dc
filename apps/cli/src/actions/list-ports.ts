import type { Invocation } from '../invocation.ts';
import { formatTable } from '../output/table.ts';
import { withInventory } from '../session.ts';
import { endpointPortDocument, portHeading, portRow } from '../views/port-view.ts';

/** `tsnet port ls` */
export async function listPorts(invocation: Invocation): Promise<void> {
  const endpoints = await withInventory(invocation, (inventory) => inventory.listEndpoints());
  const ports = endpoints.flatMap((endpoint) => endpoint.ports.map((port) => ({ endpoint, port })));
  invocation.output.result(
    ports.map(({ endpoint, port }) => endpointPortDocument(endpoint, port)),
    () =>
      ports.length === 0
        ? 'no published ports'
        : formatTable(
            portHeading,
            ports.map(({ endpoint, port }) => portRow(endpoint, port)),
          ),
  );
}
