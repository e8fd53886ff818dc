import type { Invocation } from '../invocation.ts';
import { formatTable } from '../output/table.ts';
import { withInventory } from '../session.ts';
import { networkDocument, networkHeading, networkRow } from '../views/network-view.ts';

/** `tsnet network ls` */
export async function listNetworks(invocation: Invocation): Promise<void> {
  const networks = await withInventory(invocation, (inventory) => inventory.listNetworks());
  invocation.output.result(networks.map(networkDocument), () =>
    networks.length === 0 ? 'no networks' : formatTable(networkHeading, networks.map(networkRow)),
  );
}
