import { type ErrorKind, isTsnetError } from '@tsnet/errors';
import { throwTogether } from './failures.ts';

/** The refusals that waiting can cure. */
const curable: ReadonlySet<ErrorKind> = new Set(['already-exists', 'conflict', 'exhausted', 'in-use']);

/**
 * Work that nobody waits for while the kernel takes its time, such as giving back the leases of a namespace that
 * is going. Failures are kept for whoever asks next.
 */
export class PendingWork {
  readonly #running = new Set<Promise<void>>();
  #failures: unknown[] = [];

  /** Takes over work that has begun. */
  add(work: Promise<void>): void {
    const outcome = work
      .catch((failure: unknown) => {
        this.#failures.push(failure);
      })
      .finally(() => {
        this.#running.delete(outcome);
      });
    this.#running.add(outcome);
  }

  /** Waits for all of it. @throws the failures since the last call: one as it is, several together. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    const failures = this.#failures;
    this.#failures = [];
    throwTogether('what was left to do', failures);
  }

  /**
   * Runs `body`; when it is refused while work is pending, waits for that and runs `body` again: what is going may be
   * what was in the way. Failures of the work stay for {@link settled}.
   */
  async afterwards<T>(body: () => Promise<T>): Promise<T> {
    if (this.#running.size === 0) return body();
    try {
      return await body();
    } catch (error) {
      if (!isTsnetError(error) || !curable.has(error.kind)) throw error;
      await Promise.all(this.#running);
      return body();
    }
  }
}
