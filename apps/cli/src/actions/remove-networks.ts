import type { NetworkDocument } from '@tsnet/api';
import { carryOut, type Report } from '../carry-out.ts';
import { throwCollected } from '../errors.ts';
import type { Invocation } from '../invocation.ts';

/** `tsnet network rm`: goes on past failures, and reports all of them. */
export async function removeNetworks(
  invocation: Invocation,
  names: readonly string[],
  { force = false }: { readonly force?: boolean },
): Promise<void> {
  const failures: unknown[] = [];
  await carryOut(
    invocation,
    async (change) => {
      const removed: NetworkDocument[] = [];
      for (const network of names) {
        try {
          removed.push(await change('deleteNetwork', { network, force }));
        } catch (error) {
          failures.push(error);
        }
      }
      return removed;
    },
    (removed) => (removed.length === 0 ? undefined : reportOf(removed)),
  );
  throwCollected('remove', `${failures.length} of ${names.length} networks`, failures);
}

/** `tsnet network prune` */
export async function pruneNetworks(invocation: Invocation): Promise<void> {
  await carryOut(invocation, (change) => change('pruneNetworks', {}), reportOf);
}

function reportOf(removed: readonly NetworkDocument[]): Report {
  return {
    document: removed,
    text: () =>
      removed.length === 0
        ? 'no networks without endpoints'
        : removed.map(({ name }) => `removed network ${name}`).join('\n'),
  };
}
