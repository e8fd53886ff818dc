import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type CallOptions, type OperationName, RemoteError } from '@tsnet/api';
import type { TrafficReport } from '@tsnet/core';
import { HostThreadEndedError } from '../errors.ts';
import type { SeenCommit } from '../events/observe-store.ts';
import type { CallAnswer, DriftNotice, HostReply, HostRequest, HostThreadData } from './messages.ts';

/** What is told by the thread unasked. */
export interface HostListeners {
  readonly onCommit: (commit: SeenCommit) => void;
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

function tell(listeners: HostListeners, reply: Unasked): void {
  switch (reply.kind) {
    case 'commit':
      listeners.onCommit(reply.commit);
      break;
    case 'drift':
      listeners.onDrift(reply.notice);
      break;
    case 'remark':
      listeners.onRemark(reply.level, reply.message);
      break;
  }
}

/** Where a state directory has the state. */
export function stateFileIn(stateDirectory: string): string {
  return join(stateDirectory, 'state.db');
}

type Unasked = Extract<HostReply, { readonly kind: 'commit' | 'drift' | 'remark' }>;

type Unsent = HostRequest extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;

/**
 * The thread that has the engine: all that looks at the kernel, or changes it, is done there, one system call after
 * another, so that whoever only reads need not wait for the kernel.
 */
export class HostThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #listeners: HostListeners | undefined;
  /** What came before anybody listened. */
  readonly #early: Unasked[] = [];
  #lastId = 0;
  #ended: HostThreadEndedError | undefined;
  #isClosing = false;
  /** Resolves when the engine is open; requests may come before. */
  readonly ready: Promise<void>;

  /** Starts the thread. Needs what the engine needs; `ready` throws what keeps the engine from being opened. */
  constructor(data: HostThreadData) {
    const isBuilt = import.meta.url.endsWith('.cjs');
    const entry = new URL(isBuilt ? './host-worker.cjs' : './host-worker.ts', import.meta.url);
    this.#worker = new Worker(entry, { workerData: data });
    this.#worker.on('message', (reply: HostReply) => this.#receive(reply));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(undefined));
    const opened = Promise.withResolvers<unknown>();
    this.#waiting.set(0, opened);
    this.ready = opened.promise as Promise<void>;
    this.ready.catch(() => {});
  }

  /** Takes what is told unasked, from the beginning on. */
  listen(listeners: HostListeners): void {
    this.#listeners = listeners;
    for (const reply of this.#early.splice(0)) tell(listeners, reply);
  }

  /** Carries out an operation. @throws {@link HostError} */
  call(name: OperationName, input: object, options: CallOptions): Promise<CallAnswer> {
    const { idempotencyKey, ifMatch } = options;
    return this.#ask({ kind: 'call', name, input, options: { idempotencyKey, ifMatch } });
  }

  /** What has passed the links of endpoints and networks. */
  traffic(): Promise<TrafficReport> {
    return this.#ask({ kind: 'traffic' });
  }

  /** Resolves when the thread takes up requests, which it does between two pieces of work. */
  ping(): Promise<void> {
    return this.#ask({ kind: 'ping' });
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
      default:
        if (this.#listeners === undefined) this.#early.push(reply);
        else tell(this.#listeners, reply);
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
    if (!this.#isClosing) this.#listeners?.onEnd(this.#ended);
  }
}
