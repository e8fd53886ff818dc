import { take, takeFreeRanges } from '../access/take.ts';
import { withApi } from '../access/with-api.ts';
import type { Invocation } from '../invocation.ts';
import { parseCount } from '../parse/count.ts';
import { type PoolDetails, poolDetailsText } from '../views/pool-view.ts';

/** `tsnet ipam inspect`: the beginning of what is in the pool, however much that is. */
export async function inspectPool(
  invocation: Invocation,
  pool: string,
  options: { readonly limit?: string },
): Promise<void> {
  const limit = parseCount('--limit', options.limit ?? '100');
  const details = await withApi(invocation, async (api): Promise<PoolDetails> => {
    const usage = await api.getPool({ pool });
    const [leases, reservations, free] = await Promise.all([
      take(api, 'listLeases', { pool }, limit),
      take(api, 'listReservations', { pool }, limit),
      takeFreeRanges(api, { pool }, limit),
    ]);
    return {
      ...usage,
      leases: leases.items,
      reservations: reservations.items,
      freeRanges: free.items,
      isCut: [leases, reservations, free].some(({ isCut }) => isCut),
    };
  });
  const { output } = invocation;
  output.result(details, () => poolDetailsText(details));
  if (details.isCut) output.note('MORE', `only the first ${limit} of each are shown; see --limit`);
}
