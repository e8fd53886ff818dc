import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalEntry, readJournal } from './journal.ts';

/** What a worker is told. */
export interface WorkerOptions {
  readonly directory: string;
  readonly owner: string;
  readonly operations: number;
  readonly seed: number;
}

/** A process of lease-worker.ts: started ahead of time, begun and killed to the moment. */
export class Worker {
  readonly owner: string;
  /** How it ended: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly #journal: string;
  readonly #child: ChildProcess;
  readonly #ready: Promise<unknown>;

  constructor({ directory, owner, operations, seed }: WorkerOptions) {
    this.owner = owner;
    // Made here, so that it is there, and empty, if the worker does not live to open it.
    this.#journal = join(directory, `${owner}-${seed}.journal`);
    writeFileSync(this.#journal, '');
    const program = join(import.meta.dirname, 'lease-worker.ts');
    const args = [join(directory, 'store.db'), this.#journal, owner, `${operations}`, `${seed}`];
    // Workers are many and short-lived: compiled once, they start in a third of the time.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compiled') };
    this.#child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'], env });
    this.ended = once(this.#child, 'close').then(([code, signal]) => code ?? signal);
    this.#ready = this.#child.stdout
      ? Promise.race([once(this.#child.stdout, 'data'), this.ended])
      : this.ended;
  }

  /** Lets it begin, as soon as it can. */
  async go(): Promise<void> {
    await this.#ready;
    this.#child.stdin?.end('go');
  }

  /** Ends it without a warning. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** What it did, once it has ended. */
  readJournal(): readonly JournalEntry[] {
    return readJournal(this.#journal);
  }
}
