import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { storeKey, transact } from '@tsnet/ipam';
import { ApplyAbortedError, ProjectBusyError } from './errors.ts';
import type { Sight } from './observed.ts';

/** How long a run waits for another one of its project. */
const PATIENCE_MS = 10_000;

/**
 * Runs `body` while no other run of the project does, in whichever process: a plan holds for as long as nobody else carries
 * out another. A process that has ended is waited for no longer.
 *
 * @throws {@link ProjectBusyError} after ten seconds; {@link ApplyAbortedError}.
 */
export async function inTurn<T>(
  project: string,
  { host, store, signal }: Sight & { readonly signal?: AbortSignal | undefined },
  body: () => Promise<T>,
): Promise<T> {
  const key = storeKey('declared-project', project);
  const own = `${host.process.own} ${randomUUID()}`;
  const take = () =>
    transact(store, async (tx) => {
      const holder = await tx.get(key);
      const [process = ''] = holder === undefined ? [] : String(holder).split(' ');
      if (holder !== undefined && host.process.isAlive(process)) return false;
      tx.put(key, own);
      return true;
    });
  const start = performance.now();
  while (!(await take())) {
    const waited = performance.now() - start;
    if (signal?.aborted)
      throw new ApplyAbortedError(project, { done: [], failed: [], skipped: [] }, signal.reason);
    if (waited > PATIENCE_MS) throw new ProjectBusyError(project);
    await setTimeout(5 + waited / 8);
  }
  try {
    return await body();
  } finally {
    await transact(store, async (tx) => {
      if (String(await tx.get(key)) === own) tx.delete(key);
    });
  }
}
