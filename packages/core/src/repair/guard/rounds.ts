/**
 * Runs something when there is need, never twice at once: after a wait in which more may come, and again after the wait
 * that it asks for.
 */
export class Rounds {
  readonly #body: () => Promise<number | undefined>;
  readonly #onFailure: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> | undefined;
  /** The wait that was asked for while it ran. */
  #next: number | undefined;
  #ended = false;

  /** @param body - returns after how many milliseconds to run again, unless there is need before. */
  constructor(body: () => Promise<number | undefined>, onFailure: (error: unknown) => void) {
    this.#body = body;
    this.#onFailure = onFailure;
  }

  /** There is need. While it runs, that is for afterwards. */
  begin(waitMs: number): void {
    if (this.#ended) return;
    if (this.#running !== undefined) {
      this.#next = Math.min(waitMs, this.#next ?? waitMs);
      return;
    }
    const dueAt = performance.now() + waitMs;
    if (dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => this.#start(), waitMs);
  }

  /** Waits for the end of what runs, and runs nothing more. */
  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #start(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    let wait: number | undefined;
    try {
      wait = await this.#body();
    } catch (error) {
      this.#onFailure(error);
    }
    this.#running = undefined;
    const waits = [wait, this.#next].filter((each) => each !== undefined);
    this.#next = undefined;
    if (waits.length > 0) this.begin(Math.min(...waits));
  }
}
