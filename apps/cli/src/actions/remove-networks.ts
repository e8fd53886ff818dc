import type { Network } from '@tsnet/core';
import { throwCollected } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { withEngine } from '../session.ts';
import { networkDocument } from '../views/network-view.ts';

/** `tsnet network rm`: goes on past failures, and reports all of them. */
export async function removeNetworks(
  invocation: Invocation,
  names: readonly string[],
  { force = false }: { readonly force?: boolean },
): Promise<void> {
  await withEngine(invocation, async ({ engine }) => {
    const removed: Network[] = [];
    const failures: unknown[] = [];
    for (const name of names) {
      try {
        removed.push(await engine.deleteNetwork(name, { force }));
      } catch (error) {
        failures.push(error);
      }
    }
    if (removed.length > 0) reportRemoved(invocation, removed);
    throwCollected('remove', `${failures.length} of ${names.length} networks`, failures);
  });
}

/** `tsnet network prune` */
export async function pruneNetworks(invocation: Invocation): Promise<void> {
  await withEngine(invocation, async ({ engine }) => reportRemoved(invocation, await engine.pruneNetworks()));
}

function reportRemoved({ output }: Invocation, removed: readonly Network[]): void {
  output.result(removed.map(networkDocument), () =>
    removed.length === 0
      ? 'no networks without endpoints'
      : removed.map(({ name }) => `removed network ${name}`).join('\n'),
  );
}
