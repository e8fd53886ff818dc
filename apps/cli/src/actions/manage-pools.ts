import type { PoolDocument } from '@tsnet/api';
import { carryOut, type Report } from '../carry-out.ts';
import { throwCollected } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { type CreatePoolOptions, parsePoolSpec } from '../parse/pool-spec.ts';
import { poolCreationText } from '../views/pool-view.ts';

/** `tsnet ipam create` */
export async function createPool(
  invocation: Invocation,
  id: string,
  options: CreatePoolOptions,
): Promise<void> {
  const input = parsePoolSpec(id, options);
  await carryOut(
    invocation,
    (change) => change('createPool', input),
    (pool) => ({ document: pool, text: () => poolCreationText(pool) }),
  );
}

/** `tsnet ipam rm`: goes on past failures, and reports all of them. */
export async function removePools(
  invocation: Invocation,
  ids: readonly string[],
  { force = false }: { readonly force?: boolean },
): Promise<void> {
  const failures: unknown[] = [];
  await carryOut(
    invocation,
    async (change) => {
      const removed: PoolDocument[] = [];
      for (const pool of ids) {
        try {
          removed.push(await change('deletePool', { pool, force }));
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

function removalReport(removed: readonly PoolDocument[]): Report {
  const text = () => removed.map(({ id }) => printable(`removed pool ${id}`)).join('\n');
  return { document: removed, text };
}
