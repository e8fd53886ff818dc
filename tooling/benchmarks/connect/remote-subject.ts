import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Sample, Subject, SystemCallShare, Teardown, TogetherWay } from './subject.ts';

const inPrivateHost = join(import.meta.dirname, '../../testing/bin/in-private-host');

/** A call to a subject in another process. */
export interface Call {
  readonly method: keyof Subject;
  readonly args: unknown[];
}

/** Its answer. */
export type Answer = { readonly result: unknown } | { readonly error: string };

/**
 * A subject in a process of its own, in a network and mount namespace of its own: a private host. Two such
 * subjects share the machine and nothing else.
 */
export class RemoteSubject implements Subject {
  readonly #child: ChildProcess;

  /** @param script - what the process runs: a file beside this one that calls `serve`. */
  constructor(script: string, ...args: readonly string[]) {
    const command = [process.execPath, join(import.meta.dirname, script), ...args];
    this.#child = spawn(inPrivateHost, command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  grow(count: number): Promise<readonly Sample[]> {
    return this.#call('grow', count);
  }

  round(burst: number, teardown: Teardown): Promise<readonly Sample[]> {
    return this.#call('round', burst, teardown);
  }

  trace(count: number): Promise<SystemCallShare | undefined> {
    return this.#call('trace', count);
  }

  takeAllDown(way: TogetherWay): Promise<number> {
    return this.#call('takeAllDown', way);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    await this.#call('close');
    await ended;
  }

  async #call<T>(method: keyof Subject, ...args: unknown[]): Promise<T> {
    const ended = new AbortController();
    const onExit = (code: number | null) => ended.abort(new Error(`the subject ended with ${code}`));
    this.#child.once('exit', onExit);
    try {
      const answered = once(this.#child, 'message', { signal: ended.signal });
      this.#child.send({ method, args } satisfies Call);
      const [answer] = (await answered) as Answer[];
      if (answer === undefined || 'error' in answer) throw new Error(answer?.error ?? 'no answer');
      return answer.result as T;
    } finally {
      this.#child.off('exit', onExit);
    }
  }
}

/** Answers the calls of the {@link RemoteSubject} that started this process, until it says close. */
export function serve(subject: Subject): void {
  process.on('message', async (call: Call) => {
    const answer = await carryOut(subject, call);
    process.send?.(answer);
    if (call.method === 'close') process.disconnect?.();
  });
}

async function carryOut(subject: Subject, { method, args }: Call): Promise<Answer> {
  try {
    const run = subject[method] as (...args: unknown[]) => Promise<unknown>;
    return { result: await run.apply(subject, args) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
