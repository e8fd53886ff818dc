import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { openClient } from '@tsnet/api';
import { serve } from '../shared/remote.ts';
import { timeProcess } from '../shared/time-process.ts';
import { processorSeconds, residentBytes } from './process-figures.ts';

/*
 * node daemon-subject.ts
 *
 * A host with a daemon on it, which is started and looked at on demand of the process that started this one.
 */

const program = join(import.meta.dirname, '../../../apps/daemon/dist/main.cjs');

/** How long a daemon may take to answer after its start. */
const PATIENCE_MS = 30_000;

class DaemonSubject {
  readonly #directory = mkdtempSync(join(tmpdir(), 'tsnet-bench-'));
  readonly #socket = join(this.#directory, 'tsnet.sock');
  #daemon: ChildProcess | undefined;

  constructor() {
    // Nobody is left who could ask for anything.
    process.once('disconnect', () => this.#daemon?.kill());
  }

  /** Starts the daemon, and returns the milliseconds until it has answered. */
  async start(): Promise<number> {
    const state = join(this.#directory, 'state');
    const options = ['--socket', this.#socket, '--state-dir', state, '--no-repair', '--log-level', 'warn'];
    const start = performance.now();
    const daemon = spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#daemon = daemon;
    for (;;) {
      if (await isAnswering(this.#socket)) return performance.now() - start;
      const waited = performance.now() - start;
      if (daemon.exitCode !== null || waited > PATIENCE_MS) {
        throw new Error(`the daemon does not answer after ${Math.round(waited)} ms`);
      }
      await setTimeout(1);
    }
  }

  /** Ends the daemon, and waits for that. */
  async stop(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const exit = once(daemon, 'exit');
    daemon.kill();
    await exit;
  }

  /** Where it listens. */
  async socket(): Promise<string> {
    return this.#socket;
  }

  /** Bytes that it has in memory. */
  async memory(): Promise<number> {
    return residentBytes(this.#pid());
  }

  /** The share of one processor that it takes while nobody asks anything, from 0 to 1. */
  async idle(seconds: number): Promise<number> {
    const before = processorSeconds(this.#pid());
    const start = performance.now();
    await setTimeout(seconds * 1000);
    return (processorSeconds(this.#pid()) - before) / ((performance.now() - start) / 1000);
  }

  /** Reads lists, so many in all. */
  async readLists(count: number): Promise<void> {
    await using client = openClient({ socket: this.#socket });
    const lists = [
      () => client.listNetworks(),
      () => client.listEndpoints(),
      () => client.listPorts(),
      () => client.listPools(),
      () => client.listLeases(),
    ];
    for (let index = 0; index < count; index++) await lists[index % lists.length]?.();
  }

  /** Reads the metrics: the milliseconds that takes. */
  async scrape(): Promise<number> {
    const start = performance.now();
    await get(this.#socket, '/metrics');
    return performance.now() - start;
  }

  /** Milliseconds of a whole process on this host. */
  async time(command: readonly string[]): Promise<number> {
    return timeProcess(command).milliseconds;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true });
  }

  #pid(): number {
    return this.#daemon?.pid ?? 0;
  }
}

function isAnswering(socket: string): Promise<boolean> {
  return get(socket, '/v1/networks?limit=1').then(
    () => true,
    () => false,
  );
}

/** Asks for a path on a new connection. */
function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, (response) => {
      if (response.statusCode === 200) text(response).then(resolve, reject);
      else reject(new Error(`${path} was answered with ${response.statusCode}`));
    })
      .on('error', reject)
      .end();
  });
}

serve(new DaemonSubject());
