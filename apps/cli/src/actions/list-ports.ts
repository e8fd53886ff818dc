import type { Invocation } from '../invocation.ts';
import { formatTable } from '../output/table.ts';
import { withInventory } from '../session.ts';
import { type PlacedPort, placedPortDocument, portHeading, portRow } from '../views/port-view.ts';

/** `tsnet port ls` */
export async function listPorts(invocation: Invocation): Promise<void> {
  const [endpoints, networks] = await withInventory(invocation, (inventory) =>
    Promise.all([inventory.listEndpoints(), inventory.listNetworks()]),
  );
  const byId = new Map(networks.map((network) => [network.id, network]));
  const ports = endpoints.flatMap((endpoint) =>
    endpoint.ports.map((port): PlacedPort => ({ network: byId.get(endpoint.networkId), endpoint, port })),
  );
  invocation.output.result(ports.map(placedPortDocument), () =>
    ports.length === 0 ? 'no published ports' : formatTable(portHeading, ports.map(portRow)),
  );
}
