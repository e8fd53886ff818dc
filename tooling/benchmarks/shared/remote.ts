import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

interface Call {
  readonly method: string;
  readonly args: readonly unknown[];
}

type Answer = { readonly result: unknown } | { readonly error: string };

/** An object in a process of its own that answers calls; the process runs a program that calls {@link serve}. */
export class Remote {
  readonly #child: ChildProcess;

  /** @param command - the program to run, and its arguments. */
  constructor([program = '', ...args]: readonly string[]) {
    this.#child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  /** Calls a method and waits for what it returns, which must be made of JSON values. One call at a time. */
  async call<T>(method: string, ...args: readonly unknown[]): Promise<T> {
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

  /** Calls `close`, and waits for the process to end. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    await this.call('close');
    await ended;
  }
}

/** Answers the calls of the {@link Remote} that started this process, until it says close. */
export function serve<T extends { close(): Promise<void> }>(subject: T): void {
  process.on('message', async (call: Call) => {
    const answer = await carryOut(subject, call);
    process.send?.(answer);
    if (call.method === 'close') process.disconnect?.();
  });
}

async function carryOut(subject: object, { method, args }: Call): Promise<Answer> {
  try {
    const run: unknown = Reflect.get(subject, method);
    if (typeof run !== 'function') throw new TypeError(`there is no ${method}`);
    return { result: await run.apply(subject, args) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
