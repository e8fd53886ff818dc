import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type CallOptions, type OperationName, RemoteError } from '@tsnet/api';
import { HostThreadEndedError } from '../errors.ts';
import type {
  CallAnswer,
  DriftNotice,
  HostReply,
  HostRequest,
  HostThreadData,
  TrafficAnswer,
} from './messages.ts';

/** How the host thread is started. */
export interface HostThreadOptions extends HostThreadData {
  readonly onDrift: (notice: DriftNotice) => void;
  readonly onRemark: (level: 'warn' | 'error', message: string) => void;
  /** It has ended without being asked to. */
  readonly onEnd: (error: HostThreadEndedError) => void;
}

/** An error of the host thread, with the stack that it had there. */
export class HostError extends RemoteError {
  readonly hostStack: string | undefined;

  constructor(problem: ConstructorParameters<typeof RemoteError>[0], hostStack: string | undefined) {
    super(problem);
    this.hostStack = hostStack;
  }
}

type Unsent = HostRequest extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;

/**
 * The thread that has the engine: all that looks at the kernel, or changes it, is done there, one system call after
 * another, so that whoever only reads need not wait for the kernel.
 */
export class HostThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #options: HostThreadOptions;
  #lastId = 0;
  #ended: HostThreadEndedError | undefined;
  #isClosing = false;

  private constructor(options: HostThreadOptions) {
    this.#options = options;
    const { stateFile, repair } = options;
    const entry = new URL(`./host-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
    this.#worker = new Worker(entry, { workerData: { stateFile, repair } satisfies HostThreadData });
    this.#worker.on('message', (reply: HostReply) => this.#receive(reply));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(undefined));
  }

  /** Starts the thread; resolves when it takes requests. @throws what keeps the engine from being opened. */
  static async start(options: HostThreadOptions): Promise<HostThread> {
    const thread = new HostThread(options);
    const ready = Promise.withResolvers<unknown>();
    thread.#waiting.set(0, ready);
    await ready.promise;
    return thread;
  }

  /** Carries out an operation. @throws {@link HostError} */
  call(name: OperationName, input: object, options: CallOptions): Promise<CallAnswer> {
    const { idempotencyKey, ifMatch } = options;
    return this.#ask({ kind: 'call', name, input, options: { idempotencyKey, ifMatch } });
  }

  /** What has passed the links of endpoints and networks. */
  traffic(): Promise<TrafficAnswer> {
    return this.#ask({ kind: 'traffic' });
  }

  /** How many requests are under way. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** Ends the thread when all that is under way is done. Networks and endpoints stay. */
  async close(): Promise<void> {
    if (this.#ended !== undefined || this.#isClosing) return;
    this.#isClosing = true;
    const exit = once(this.#worker, 'exit');
    this.#worker.postMessage({ kind: 'close', id: 0 } satisfies HostRequest);
    await exit;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #ask<T>(request: Unsent): Promise<T> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    this.#lastId += 1;
    const id = this.#lastId;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#worker.postMessage({ ...request, id });
    return waiting.promise as Promise<T>;
  }

  #receive(reply: HostReply): void {
    switch (reply.kind) {
      case 'ready':
        this.#take(0)?.resolve(undefined);
        break;
      case 'answer':
        this.#take(reply.id)?.resolve(reply.answer);
        break;
      case 'problem':
        this.#take(reply.id)?.reject(new HostError(reply.problem, reply.stack));
        break;
      case 'drift':
        this.#options.onDrift(reply.notice);
        break;
      case 'remark':
        this.#options.onRemark(reply.level, reply.message);
        break;
    }
  }

  #take(id: number): PromiseWithResolvers<unknown> | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #end(cause: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = new HostThreadEndedError(cause);
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
    if (!this.#isClosing) this.#options.onEnd(this.#ended);
  }
}
