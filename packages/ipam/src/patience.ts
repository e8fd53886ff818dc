import { setTimeout } from 'node:timers/promises';
import { isBusy } from './sqlite-failure.ts';

/**
 * Calls `work` again while it fails because another process holds a lock, until `limit` milliseconds were
 * spent waiting; the process is free for other things meanwhile. Comes out with the last error after that.
 */
export async function whileBusy<T>(limit: number, work: () => T): Promise<T> {
  for (let waited = 0, delay = 1; ; waited += delay, delay = Math.min(20, delay * 2)) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || waited >= limit) throw error;
    }
    await setTimeout(delay);
  }
}
