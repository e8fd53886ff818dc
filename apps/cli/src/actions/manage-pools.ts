import { deletePool, getPool, type Pool, releasePool, transact } from '@tsnet/ipam';
import { carryOutOnPools, type Report } from '../carry-out.ts';
import { PoolOfNetworkError, throwCollected } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { type CreatePoolOptions, parsePoolSpec } from '../parse/pool-spec.ts';
import type { IpamSession } from '../session.ts';
import { poolCreationText, poolDocument } from '../views/pool-view.ts';

/** `tsnet ipam create` */
export async function createPool(
  invocation: Invocation,
  id: string,
  options: CreatePoolOptions,
): Promise<void> {
  const spec = parsePoolSpec(id, options);
  await carryOutOnPools(
    invocation,
    ({ ipam }) => ipam.createPool(spec),
    (pool) => ({ document: poolDocument(pool), text: () => poolCreationText(pool) }),
    { createStore: true },
  );
}

/** `tsnet ipam rm`: goes on past failures, and reports all of them. */
export async function removePools(
  invocation: Invocation,
  ids: readonly string[],
  { force = false }: { readonly force?: boolean },
): Promise<void> {
  const failures: unknown[] = [];
  await carryOutOnPools(
    invocation,
    async (session) => {
      const removed: Pool[] = [];
      for (const id of ids) {
        try {
          removed.push(await removePool(session, id, force));
        } catch (error) {
          failures.push(error);
        }
      }
      return removed;
    },
    (removed) => (removed.length === 0 ? undefined : removalReport(removed)),
  );
  throwCollected('remove', `${failures.length} of ${ids.length} pools`, failures);
}

function removalReport(removed: readonly Pool[]): Report {
  const text = () => removed.map((pool) => printable(`removed pool ${pool.id}`)).join('\n');
  return { document: removed.map(poolDocument), text };
}

async function removePool({ store, inventory }: IpamSession, id: string, force: boolean): Promise<Pool> {
  // One time for both, or a lease could end between them.
  const now = Date.now();
  return transact(store, async (tx) => {
    const pool = await getPool(tx, id);
    // A network makes its pools in one commit with its own record: one that comes after this look conflicts.
    const networks = await inventory.listNetworks();
    const user = networks.find(({ subnets }) => subnets.some(({ poolId }) => poolId === id));
    if (user !== undefined) throw new PoolOfNetworkError(id, user.name);
    if (force) await releasePool(tx, id, now);
    await deletePool(tx, id, now);
    return pool;
  });
}
