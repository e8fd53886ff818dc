import { setTimeout } from 'node:timers/promises';
import { isBusy } from './sqlite-failure.ts';
import { StoreAbortedError } from './store-errors.ts';

/**
 * In milliseconds. A lock that one busy process takes again and again is free for moments only: who looks
 * rarely waits long, and who looks often takes time from the process that could let go.
 */
const longestDelay = 5;

/**
 * Calls `work` again while it fails because another process holds a lock, until `limit` milliseconds have
 * passed; the process is free for other things meanwhile. Comes out with the last error after that.
 *
 * @throws StoreAbortedError when the signal fires before.
 */
export async function whileBusy<T>(
  limit: number,
  signal: AbortSignal | undefined,
  work: () => T,
): Promise<T> {
  const start = performance.now();
  for (let delay = 1; ; delay = Math.min(longestDelay, delay * 2)) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() - start >= limit) throw error;
    }
    await pause(delay, signal);
  }
}

async function pause(delay: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await setTimeout(delay, undefined, { signal });
  } catch {
    throw new StoreAbortedError(signal?.reason);
  }
}
