import {
  freeRanges,
  getPool,
  listLeases,
  listReservations,
  poolUsage,
  type Transaction,
  transact,
} from '@tsnet/ipam';
import type { Invocation } from '../invocation.ts';
import { parseCount } from '../parse/count.ts';
import { withIpam } from '../session.ts';
import { indexEndpoints } from '../views/lease-view.ts';
import { type PoolDetails, poolDetailsDocument, poolDetailsText } from '../views/pool-view.ts';

/** `tsnet ipam inspect`: the beginning of what is in the pool, however much that is. */
export async function inspectPool(
  invocation: Invocation,
  id: string,
  options: { readonly limit?: string },
): Promise<void> {
  const limit = parseCount('--limit', options.limit ?? '100');
  const { details, endpoints } = await withIpam(invocation, async ({ store, inventory }) => ({
    details: await transact(store, (tx) => readDetails(tx, id, limit), { readOnly: true }),
    endpoints: indexEndpoints(await inventory.listEndpoints()),
  }));
  const { output } = invocation;
  output.result(poolDetailsDocument(details, endpoints), () => poolDetailsText(details, endpoints));
  if (details.isCut) output.note('MORE', `only the first ${limit} of each are shown; see --limit`);
}

async function readDetails(tx: Transaction, id: string, limit: number): Promise<PoolDetails> {
  const pool = await getPool(tx, id);
  const now = Date.now();
  const usage = await poolUsage(tx, id, now);
  // One more than is shown tells whether there are more.
  const page = { limit: limit + 1 };
  const leases = await listLeases(tx, { poolId: id, now }, page);
  const reservations = await listReservations(tx, { poolId: id }, page);
  const free = await freeRanges(tx, id, { ...page, now });
  return {
    pool,
    usage,
    leases: leases.slice(0, limit),
    reservations: reservations.slice(0, limit),
    free: free.slice(0, limit),
    isCut: [leases, reservations, free].some(({ length }) => length > limit),
  };
}
