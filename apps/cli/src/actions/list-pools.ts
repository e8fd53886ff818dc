import type { Invocation } from '../invocation.ts';
import { withInventory } from '../session.ts';
import { poolDocument, poolText } from '../views/pool-view.ts';

/** `tsnet ipam ls` */
export async function listPools(invocation: Invocation): Promise<void> {
  const { pools, endpoints } = await withInventory(invocation, async (inventory) => {
    const list = await inventory.listEndpoints();
    return {
      pools: await inventory.reportPools(),
      endpoints: new Map(list.map((endpoint) => [endpoint.id, endpoint])),
    };
  });
  invocation.output.result(
    pools.map((report) => poolDocument(report, endpoints)),
    () => (pools.length === 0 ? 'no pools' : pools.map((report) => poolText(report, endpoints)).join('\n\n')),
  );
}
