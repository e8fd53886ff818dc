import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestHost } from './test-host.ts';
import { mainPath, type Outcome } from './tsnet.ts';

const daemonPath = fileURLToPath(
  import.meta.resolve('@tsnet/daemon/package.json').replace('package.json', 'dist/main.cjs'),
);

/** `tsnetd` on a test host, with the state of that host. */
export class TestDaemon implements AsyncDisposable {
  readonly #host: TestHost;
  readonly #process: ChildProcess;
  readonly socket: string;

  private constructor(host: TestHost, process: ChildProcess, socket: string) {
    this.#host = host;
    this.#process = process;
    this.socket = socket;
  }

  static async start(host: TestHost): Promise<TestDaemon> {
    const socket = join(host.stateDirectory, 'tsnet.sock');
    const options = ['--socket', socket, '--state-dir', host.stateDirectory, '--log-level', 'error'];
    const words = host.entering(host.netns, process.execPath, [daemonPath, ...options]);
    const child = spawn('nsenter', words, { stdio: ['ignore', 'ignore', 'inherit'] });
    const daemon = new TestDaemon(host, child, socket);
    while (!(existsSync(socket) && (await answers(socket)))) {
      if (child.exitCode !== null) throw new Error(`tsnetd has ended with ${child.exitCode}`);
      await setTimeout(20);
    }
    return daemon;
  }

  /** Runs `tsnet` on the host of the daemon, which it is to ask. */
  tsnet(...args: readonly string[]): Promise<Outcome> {
    return this.#host.run(process.execPath, [mainPath, '--socket', this.socket, ...args]);
  }

  /** Starts `tsnet` there, to be read while it runs. */
  spawn(...args: readonly string[]): ChildProcess {
    const words = [process.execPath, mainPath, '--socket', this.socket, ...args];
    // The program itself is to get signals, and nsenter runs it in its own place.
    const [command = '', ...rest] = [
      'nsenter',
      ...this.#host.entering(this.#host.netns, words[0] ?? '', words.slice(1)),
    ];
    return spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.on('connect', () => resolve(true));
    connection.on('error', () => resolve(false));
    connection.on('connect', () => connection.destroy());
  });
}
