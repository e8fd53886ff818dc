import { throwTogether } from './failures.ts';

/**
 * Work that nobody waits for while the kernel takes its time, such as giving back the leases of a namespace that
 * is going. Failures are kept for whoever asks next.
 */
export class PendingWork {
  readonly #running = new Set<Promise<void>>();
  /** What waits for its turn, the oldest first. */
  readonly #queue: (() => void)[] = [];
  #failures: unknown[] = [];

  /** Takes over work that has begun. */
  add(work: Promise<void>): void {
    const outcome = work
      .catch((failure: unknown) => {
        this.#failures.push(failure);
      })
      .finally(() => {
        this.#running.delete(outcome);
        this.#queue.shift()?.();
      });
    this.#running.add(outcome);
  }

  /**
   * Begins a piece of work, once fewer than `limit` are running and all that asked before have begun. Resolves
   * when it has begun.
   */
  begin(limit: number, start: () => Promise<void>): Promise<void> {
    if (this.#running.size < limit) {
      this.add(start());
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#queue.push(() => {
        this.add(start());
        resolve();
      });
    });
  }

  /** Waits for all of it. @throws the failures since the last call: one as it is, several together. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    const failures = this.#failures;
    this.#failures = [];
    throwTogether('what was left to do', failures);
  }

  /**
   * Runs `body`; when it fails while work is pending, waits for that and runs `body` again: what is going may be
   * what was in the way.
   */
  async afterwards<T>(body: () => Promise<T>): Promise<T> {
    if (this.#running.size === 0) return body();
    try {
      return await body();
    } catch {
      await this.settled();
      return body();
    }
  }
}
