import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

/** One system call of the main thread; times in microseconds of CLOCK_MONOTONIC. */
export interface SystemCall {
  readonly number: number;
  readonly start: number;
  readonly microseconds: number;
}

const TRACING = '/sys/kernel/tracing';
const INSTANCES = `${TRACING}/instances`;
const BUFFER_KILOBYTES = 65_536;

/**
 * Records when this process's main thread enters and leaves system calls, by the kernel's own trace points:
 * no other program stands between, and a call costs a fraction of a microsecond more. Needs root.
 */
export class SystemCallRecorder implements Disposable {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Undefined where the kernel has no trace points, or does not let us have them. */
  static open(): SystemCallRecorder | undefined {
    const directory = `${INSTANCES}/tsnet-bench-${process.pid}`;
    try {
      // For this run's own mount namespace alone.
      if (!existsSync(INSTANCES))
        execFileSync('mount', ['-t', 'tracefs', 'none', TRACING], { stdio: 'ignore' });
      mkdirSync(directory);
    } catch {
      return undefined;
    }
    const recorder = new SystemCallRecorder(directory);
    try {
      recorder.#set('tracing_on', '0');
      recorder.#set('trace_clock', 'mono');
      recorder.#set('buffer_size_kb', `${BUFFER_KILOBYTES}`);
      recorder.#set('events/raw_syscalls/filter', `common_pid == ${process.pid}`);
      return recorder;
    } catch {
      recorder[Symbol.dispose]();
      return undefined;
    }
  }

  start(): void {
    this.#set('events/raw_syscalls/enable', '1');
    this.#set('tracing_on', '1');
  }

  /** Every call since {@link start}, in order. */
  stop(): readonly SystemCall[] {
    this.#set('tracing_on', '0');
    this.#set('events/raw_syscalls/enable', '0');
    return parseCalls(readFileSync(`${this.#directory}/trace`, 'latin1'));
  }

  [Symbol.dispose](): void {
    rmdirSync(this.#directory);
  }

  #set(file: string, value: string): void {
    writeFileSync(`${this.#directory}/${file}`, value);
  }
}

/** Pairs the lines of a trace: `node-7 [001] ..... 12.345678: sys_enter: NR 44 (…)`, then `sys_exit: NR 44 = 3`. */
export function parseCalls(trace: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  let entered: { readonly number: number; readonly start: number } | undefined;
  for (const [, seconds, edge, text] of trace.matchAll(/ (\d+\.\d+): sys_(enter|exit): NR (-?\d+)/g)) {
    const number = Number(text);
    const time = Number(seconds) * 1e6;
    if (edge === 'enter') entered = { number, start: time };
    else if (entered?.number === number) {
      calls.push({ ...entered, microseconds: time - entered.start });
      entered = undefined;
    }
  }
  return calls;
}
