import {
  type Lease,
  listLeases,
  listPools,
  type Pool,
  type PoolUsage,
  poolUsage,
  type Transaction,
} from '@tsnet/ipam';

/** A pool, how full it is, and who holds what. */
export interface PoolReport {
  readonly pool: Pool;
  readonly usage: PoolUsage;
  readonly leases: readonly Lease[];
}

/** Every pool with its leases, without those that have ended by `now`. Its cost grows with the leases: it is for people, not for programs' hot paths. */
export async function reportPools(tx: Transaction, now: number): Promise<readonly PoolReport[]> {
  const reports: PoolReport[] = [];
  for (const pool of await listPools(tx)) {
    const leases = await listLeases(tx, { poolId: pool.id, now });
    reports.push({ pool, usage: await poolUsage(tx, pool.id, now), leases });
  }
  return reports;
}
