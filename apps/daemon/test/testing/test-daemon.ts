import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, openClient } from '@tsnet/api';
import { execa } from 'execa';

/** The built program. */
export const mainPath = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url));

/** How long a daemon may take to answer after its start. */
const PATIENCE_MS = 10_000;

/** How a daemon is started. */
export interface TestDaemonOptions {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it listens; in a directory of its own by default. */
  readonly socket?: string;
}

/**
 * A namespace that stands for a host, with a daemon on it. Its state and its socket outlast the daemon, which may be ended and
 * started again; `close` takes away all that it has made.
 */
export class TestDaemon implements AsyncDisposable {
  readonly netns = `host-${randomBytes(4).toString('hex')}`;
  readonly directory = mkdtempSync(join(tmpdir(), 'tsnetd-'));
  readonly stateDirectory = join(this.directory, 'state');
  readonly socket: string;
  readonly #options: TestDaemonOptions;
  #process: ChildProcess | undefined;
  /** What the daemon has written so far, of all its starts. */
  log = '';

  private constructor(options: TestDaemonOptions) {
    this.#options = options;
    this.socket = options.socket ?? join(this.directory, 'tsnet.sock');
  }

  /** Makes a host and starts a daemon on it. */
  static async open(options: TestDaemonOptions = {}): Promise<TestDaemon> {
    const daemon = new TestDaemon(options);
    await execa('ip', ['netns', 'add', daemon.netns]);
    await daemon.run('ip', 'link', 'set', 'lo', 'up');
    await daemon.start();
    return daemon;
  }

  /** The id of the daemon's process. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Starts the daemon, and waits until it answers. */
  async start(): Promise<void> {
    const { args = [], environment = {} } = this.#options;
    const own = ['--socket', this.socket, '--state-dir', this.stateDirectory];
    const command = [`--net=/run/netns/${this.netns}`, '--', process.execPath, mainPath, ...own, ...args];
    const child = spawn('nsenter', command, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.log += text;
      });
    const start = performance.now();
    await using client = openClient({ socket: this.socket, attempts: 1 });
    for (;;) {
      const isUp = await client.listNetworks({ limit: 1 }).then(
        () => true,
        () => false,
      );
      if (isUp) return;
      const waited = performance.now() - start;
      if (child.exitCode !== null || waited > PATIENCE_MS)
        throw new Error(`the daemon does not answer after ${Math.round(waited)} ms: ${this.log}`);
      await setTimeout(10);
    }
  }

  /** A client of its own. */
  client(): Client {
    return openClient({ socket: this.socket });
  }

  /** Ends the daemon, which may finish what it is at; returns its exit code, or the signal that ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    const child = this.#process;
    if (child === undefined) return 0;
    this.#process = undefined;
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
    }
    return child.exitCode ?? child.signalCode ?? 0;
  }

  /** Runs a program on this host, which has to succeed: what it printed. */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    const inside = [`--net=/run/netns/${this.netns}`, '--', command, ...args];
    const { stdout } = await execa('nsenter', inside);
    return stdout;
  }

  /** Runs a program in a sandbox of this host, which has to succeed: what it printed. */
  async runIn(sandbox: string, command: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await execa('nsenter', [`--net=/run/netns/${sandbox}`, '--', command, ...args]);
    return stdout;
  }

  /** The names of the host's links, but for loopback. */
  async links(): Promise<readonly string[]> {
    const found: readonly { readonly ifname: string }[] = JSON.parse(await this.run('ip', '-j', 'link'));
    return found.map(({ ifname }) => ifname).filter((name) => name !== 'lo');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
    for (const name of readdirSync('/run/netns'))
      if (name.startsWith(`${this.netns}-`)) await execa('ip', ['netns', 'del', name]);
    await execa('ip', ['netns', 'del', this.netns]);
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The name of a sandbox that goes with this host. */
  sandboxName(name: string): string {
    return `${this.netns}-${name}`;
  }
}
