import { setTimeout } from 'node:timers/promises';
import {
  type Api,
  type CallOptions,
  encodeRequest,
  type Input,
  makeApi,
  type OperationName,
  type Output,
  RemoteError,
  UnreachableError,
} from '@tsnet/api';
import type { Invocation } from '../invocation.ts';
import { hasPrivilege } from '../privilege.ts';
import { openDaemonApi } from './daemon-api.ts';
import type { OwnApi } from './own-api.ts';

/**
 * Runs `body` with the API: that of the daemon where one listens, else that of this process. The first request finds out.
 * What is asked of this process needs the privileges that it takes; the daemon needs none of ours.
 */
export async function withApi<T>(invocation: Invocation, body: (api: Api) => Promise<T>): Promise<T> {
  await using access = new Access(invocation);
  return await body(makeApi((name, input, options) => access.call(name, input, options)));
}

/** How long a daemon that has answered before may be away, and how often it is asked meanwhile. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 50;

class Access implements AsyncDisposable {
  readonly #invocation: Invocation;
  readonly #daemon: Api | undefined;
  #own: Promise<OwnApi> | undefined;
  #hasAnswered = false;

  constructor(invocation: Invocation) {
    const { socket } = invocation;
    this.#invocation = invocation;
    this.#daemon = socket === undefined ? undefined : openDaemonApi(socket);
  }

  async call<O extends OperationName>(name: O, input: Input<O>, options: CallOptions): Promise<Output<O>> {
    if (this.#daemon === undefined || this.#own !== undefined) return this.#callOwn(name, input);
    try {
      const answer = this.#daemon[name](input as never, options) as Promise<Output<O>>;
      await this.#tell(name, input, answer);
      this.#hasAnswered = true;
      return await answer;
    } catch (error) {
      if (this.#hasAnswered && isAway(error)) return await this.#callAgain(name, input, options, error);
      if (this.#hasAnswered || !canDoWithout(error)) throw error;
      return this.#callOwn(name, input);
    }
  }

  /** What a daemon has not taken is asked again until it, or the next one, is back. */
  async #callAgain<O extends OperationName>(
    name: O,
    input: Input<O>,
    options: CallOptions,
    failure: unknown,
  ): Promise<Output<O>> {
    const end = performance.now() + PATIENCE_MS;
    for (let error = failure; isAway(error) && performance.now() < end; ) {
      await setTimeout(PAUSE_MS);
      try {
        return (await this.#daemon?.[name](input as never, options)) as Output<O>;
      } catch (thrown) {
        error = thrown;
        if (!isAway(error)) throw error;
      }
    }
    throw failure;
  }

  async #callOwn<O extends OperationName>(name: O, input: Input<O>): Promise<Output<O>> {
    this.#own ??= import('./own-api.ts').then(({ OwnApi }) => new OwnApi(this.#invocation));
    return (await this.#own).call(name, input);
  }

  /** With `--verbose`, tells how long an answer took. */
  async #tell(name: OperationName, input: object, answer: Promise<unknown>): Promise<void> {
    const { verbose, output } = this.#invocation;
    if (!verbose) return void (await answer);
    const start = performance.now();
    await answer;
    const milliseconds = Math.round((performance.now() - start) * 1000) / 1000;
    const { method, path } = encodeRequest(name, input, {});
    output.remark({ request: { method, path, milliseconds } }, () => {
      return `${milliseconds.toFixed(3).padStart(9)} ms  ${method} ${path}`;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#own)?.[Symbol.asyncDispose]();
  }
}

/** The daemon that has answered before is gone or going: it is being started again, as it seems. */
function isAway(error: unknown): boolean {
  if (error instanceof UnreachableError) return error.isAbsent;
  return error instanceof RemoteError && error.code === 'DAEMON_STOPPING';
}

/** Nobody listens; or somebody does whom this process may not ask, and who has no more privileges than it has itself. */
function canDoWithout(error: unknown): boolean {
  if (!(error instanceof UnreachableError)) return false;
  return error.isAbsent || (error.kind === 'permission' && hasPrivilege());
}
