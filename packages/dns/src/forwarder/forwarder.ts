import type { Query } from '../wire/query.ts';
import { forwardedQuestion, isUseless } from './question.ts';
import { NameServersFile } from './resolv-conf.ts';
import { Upstream, type UpstreamTimes } from './upstream.ts';

/** How names of others are looked up. */
export interface ForwarderOptions {
  /** The file that names the host's resolvers; read again when it changes. Default `/etc/resolv.conf`. */
  readonly resolvConf?: string | undefined;
  /** The port of the resolvers. Default 53. */
  readonly port?: number | undefined;
  /** Whether an address in that file is one of ours: nobody asks himself. */
  readonly isOwn?: ((address: string) => boolean) | undefined;
  /** How long to wait for an answer, in milliseconds. Default 2000. */
  readonly timeoutMs?: number | undefined;
  /** How soon a resolver that is down is asked again whether it is, in milliseconds. Default 500. */
  readonly probeMs?: number | undefined;
  /** How many questions may be under way at once; those beyond are not asked. Default 256. */
  readonly limit?: number | undefined;
}

/** Passes questions on to the resolvers of the host: one for all servers of a process. */
export interface Forwarder extends Disposable {
  /**
   * Puts a client's question to the resolvers, one after the other, but not to those that are down.
   *
   * @param message - the query as it came, and `query` what it says.
   * @returns the first answer that is of use, under another id; undefined, and at once, where nobody is there to be asked.
   */
  forward(message: Buffer, query: Query): Promise<Buffer | undefined>;
  /** How many questions are under way. */
  readonly underWay: number;
  /** Answers nobody any more. Closing again does nothing. */
  close(): void;
}

/** Opens a {@link Forwarder}. It asks from the network namespace of the thread. No privilege needed. */
export function openForwarder(options: ForwarderOptions = {}): Forwarder {
  return new ResolverForwarder(options);
}

class ResolverForwarder implements Forwarder {
  readonly #file: NameServersFile;
  readonly #port: number;
  readonly #isOwn: (address: string) => boolean;
  readonly #times: UpstreamTimes;
  readonly #limit: number;
  #named: readonly string[] = [];
  #upstreams: readonly Upstream[] = [];
  #underWay = 0;
  #isClosed = false;

  constructor(options: ForwarderOptions) {
    this.#file = new NameServersFile(options.resolvConf ?? '/etc/resolv.conf');
    this.#port = options.port ?? 53;
    this.#isOwn = options.isOwn ?? (() => false);
    this.#times = { timeoutMs: options.timeoutMs ?? 2000, probeMs: options.probeMs ?? 500 };
    this.#limit = options.limit ?? 256;
  }

  get underWay(): number {
    return this.#underWay;
  }

  async forward(message: Buffer, query: Query): Promise<Buffer | undefined> {
    if (this.#underWay >= this.#limit || this.#isClosed) return undefined;
    this.#underWay++;
    try {
      let useless: Buffer | undefined;
      for (const upstream of this.#current()) {
        if (upstream.isDown || this.#isOwn(upstream.server.address)) continue;
        const answer = await upstream.ask(forwardedQuestion(message, query));
        if (answer !== undefined && !isUseless(answer)) return answer;
        useless ??= answer;
      }
      return useless;
    } finally {
      this.#underWay--;
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const upstream of this.#upstreams) upstream.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The resolvers that the file names now. What is known of one that stays is kept. */
  #current(): readonly Upstream[] {
    const named = this.#file.read(performance.now());
    if (named === this.#named) return this.#upstreams;
    const before = new Map(this.#upstreams.map((upstream) => [upstream.server.address, upstream]));
    this.#named = named;
    this.#upstreams = [...new Set(named)].map(
      (address) => before.get(address) ?? new Upstream({ address, port: this.#port }, this.#times),
    );
    for (const gone of before.values()) {
      if (!this.#upstreams.includes(gone)) gone.close();
    }
    return this.#upstreams;
  }
}
