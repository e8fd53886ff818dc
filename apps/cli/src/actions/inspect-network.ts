import type { Invocation } from '../invocation.ts';
import { withInventory } from '../session.ts';
import { networkDetails, networkText } from '../views/network-view.ts';

/** `tsnet network inspect` */
export async function inspectNetwork(invocation: Invocation, name: string): Promise<void> {
  const { network, pools, endpoints } = await withInventory(invocation, async (inventory) => {
    const found = await inventory.getNetwork(name);
    const reports = await inventory.reportPools();
    return { network: found, pools: reports, endpoints: await inventory.listEndpoints(found.id) };
  });
  invocation.output.result(networkDetails(network, pools, endpoints), () =>
    networkText(network, pools, endpoints),
  );
}
