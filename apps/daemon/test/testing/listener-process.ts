import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Order, Report } from '../programs/listener.ts';

const program = join(import.meta.dirname, '../programs/listener.ts');

/** A program of its own that listens as it is told. */
export class ListenerProcess implements AsyncDisposable {
  readonly #child: ChildProcess;

  /** @param socket a descriptor that it gets as number 3, as from a service manager. */
  constructor(socket?: number) {
    // The shell's number becomes that of the program.
    const activated = 'LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=tsnetd.socket exec "$0" "$@"';
    const script = socket === undefined ? 'exec "$0" "$@"' : activated;
    this.#child = spawn('sh', ['-c', script, process.execPath, program], {
      stdio: ['ignore', 'inherit', 'inherit', socket ?? 'ignore', 'ipc'],
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async tell(order: Order): Promise<Report> {
    const over = new AbortController();
    const ended = once(this.#child, 'exit', over).then(([code]) => {
      throw new Error(`the program ended with ${code}`);
    });
    const report = once(this.#child, 'message', over);
    this.#child.send(order);
    try {
      const [received] = await Promise.race([report, ended]);
      return received;
    } finally {
      over.abort();
      ended.catch(() => {});
      report.catch(() => {});
    }
  }

  listen(path: string, at = 0): Promise<Report> {
    return this.tell({ listen: path, at });
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
