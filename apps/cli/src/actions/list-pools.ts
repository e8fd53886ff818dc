import type { Invocation } from '../invocation.ts';
import { withInventory } from '../session.ts';
import { indexEndpoints } from '../views/lease-view.ts';
import { poolReportDocument, poolReportText } from '../views/pool-view.ts';

/** `tsnet ipam ls` */
export async function listPools(invocation: Invocation): Promise<void> {
  const { pools, endpoints } = await withInventory(invocation, async (inventory) => {
    const endpoints = indexEndpoints(await inventory.listEndpoints());
    return { pools: await inventory.reportPools(), endpoints };
  });
  invocation.output.result(
    pools.map((report) => poolReportDocument(report, endpoints)),
    () =>
      pools.length === 0 ? 'no pools' : pools.map((report) => poolReportText(report, endpoints)).join('\n\n'),
  );
}
