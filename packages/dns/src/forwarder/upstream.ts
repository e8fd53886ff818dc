import { ask, type ServerAddress } from './ask.ts';
import { probeQuestion, type Question } from './question.ts';

/** How long to wait for what. */
export interface UpstreamTimes {
  /** For an answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Between the first attempts to reach a server that is down; later ones are up to 16 times as far apart. */
  readonly probeMs: number;
}

const LONGEST_WAIT = 16;

/**
 * A name server that questions are passed on to. When it is silent it is down: all who wait for it stop waiting, and
 * nobody asks it again before it has answered a question of ours.
 */
export class Upstream implements Disposable {
  readonly server: ServerAddress;
  readonly #times: UpstreamTimes;
  #isDown = false;
  #life = new AbortController();
  #heardAt = Number.NEGATIVE_INFINITY;
  #probe: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(server: ServerAddress, times: UpstreamTimes) {
    this.server = server;
    this.#times = times;
  }

  get isDown(): boolean {
    return this.#isDown || this.#isClosed;
  }

  /** Puts a question to it; resolves with undefined when there is no answer. */
  async ask(question: Question): Promise<Buffer | undefined> {
    const askedAt = performance.now();
    const { signal } = this.#life;
    const outcome = await ask(this.server, question, this.#times.timeoutMs, signal);
    if (typeof outcome !== 'string') {
      this.#heardAt = performance.now();
      return outcome;
    }
    // One slow name, or one lost packet, is not the end of a server that answers others meanwhile.
    if (outcome === 'nobody' || this.#heardAt < askedAt) this.#goDown(signal);
    return undefined;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#probe);
    this.#life.abort();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #goDown(life: AbortSignal): void {
    // Of all that waited, the first one ends it; the others waited for a life that is over.
    if (life.aborted) return;
    this.#isDown = true;
    this.#life.abort();
    this.#life = new AbortController();
    this.#probeLater(1);
  }

  #probeLater(wait: number): void {
    this.#probe = setTimeout(() => {
      void this.#probeNow(wait);
    }, wait * this.#times.probeMs).unref();
  }

  async #probeNow(wait: number): Promise<void> {
    const outcome = await ask(this.server, probeQuestion(), this.#times.timeoutMs, this.#life.signal);
    if (this.#isClosed) return;
    if (typeof outcome === 'string') this.#probeLater(Math.min(wait * 2, LONGEST_WAIT));
    else this.#isDown = false;
  }
}
