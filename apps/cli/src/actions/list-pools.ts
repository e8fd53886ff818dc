import { listAll } from '../access/list-all.ts';
import { withApi } from '../access/with-api.ts';
import type { Invocation } from '../invocation.ts';
import { type PoolReport, poolReportText } from '../views/pool-view.ts';

/** `tsnet ipam ls` */
export async function listPools(invocation: Invocation): Promise<void> {
  const { pools, leases } = await withApi(invocation, async (api) => ({
    pools: await listAll(api, 'listPools'),
    leases: await listAll(api, 'listLeases'),
  }));
  const byPool = Map.groupBy(leases, ({ pool }) => pool);
  const reports = pools.map((pool): PoolReport => ({ ...pool, leases: byPool.get(pool.id) ?? [] }));
  invocation.output.result(reports, () =>
    reports.length === 0 ? 'no pools' : reports.map(poolReportText).join('\n\n'),
  );
}
