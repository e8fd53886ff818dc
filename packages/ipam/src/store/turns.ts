import { setImmediate } from 'node:timers/promises';

/** In milliseconds: long beside a call, short beside what people and timers notice. */
const LONGEST = 10;

/**
 * Sees to it that the event loop turns. What a store at hand answers comes in microtasks: a caller that makes one call
 * after another would keep timers, signals and everybody else in the process waiting for as long as it goes on.
 */
export class Turns {
  /** When the first call of this turn came; undefined when there was none. */
  #since: number | undefined;

  /** Whether it is time for a turn. To be asked in each call. */
  isDue(): boolean {
    const now = performance.now();
    if (this.#since !== undefined) return now - this.#since > LONGEST;
    this.#since = now;
    void this.pass();
    return false;
  }

  /** Waits for the next turn. */
  async pass(): Promise<void> {
    await setImmediate();
    this.#since = undefined;
  }
}
