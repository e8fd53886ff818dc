import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** What a client asks for, and how long it waits for the answer. */
export interface Question {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly patience?: number;
}

const programs = join(import.meta.dirname, 'programs');
/** An answer that comes takes milliseconds; this long is waited on a busy machine. */
const PATIENCE_MS = 5000;
/** How long silence is listened to. */
export const SILENCE_MS = 400;
const TIME_LIMIT_MS = 15_000;

/** A network namespace in which programs run that are not tsnet's. */
export class Machine {
  readonly path: string;
  readonly #children: ChildProcess[] = [];

  /** @param path - of the namespace's file. */
  constructor(path: string) {
    this.path = path;
  }

  /** Runs a program and returns what it prints. */
  run(command: string, ...args: readonly string[]): string {
    return execFileSync('nsenter', [`--net=${this.path}`, command, ...args], {
      encoding: 'utf8',
      timeout: TIME_LIMIT_MS,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Runs lines of `ip`, all of them in one process. */
  ip(...lines: readonly string[]): void {
    execFileSync('nsenter', [`--net=${this.path}`, 'ip', '-batch', '-'], { input: lines.join('\n') });
  }

  /** What a program prints as JSON, such as `ip -j`. */
  // biome-ignore lint/suspicious/noExplicitAny: other programs' output has their shape
  json(command: string, ...args: readonly string[]): any {
    const text = this.run(command, ...args);
    return text.trim() === '' ? [] : JSON.parse(text);
  }

  /** Whether one echo request is answered in time. */
  ping(address: string, patienceMs = 1000): Promise<boolean> {
    const args = [`--net=${this.path}`, 'ping', '-n', '-c1', `-W${patienceMs / 1000}`, address];
    return new Promise((resolve) => {
      execFile('nsenter', args, { timeout: TIME_LIMIT_MS }, (error) => resolve(error === null));
    });
  }

  /** Starts a server that answers `NAME:PORT CLIENT`, and waits until it listens. */
  async serve(name: string, ...ports: readonly string[]): Promise<ChildProcess> {
    const child = this.start('server.ts', name, ...ports);
    if (child.stdout === null) throw new Error('the server has no output');
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => {
        throw new Error(`the server ${name} ended`);
      }),
    ]);
    return child;
  }

  /** Starts one of the test's programs; it ends with the machine. */
  start(program: string, ...args: readonly string[]): ChildProcess {
    const child = spawn(
      'nsenter',
      [`--net=${this.path}`, process.execPath, join(programs, program), ...args],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    this.#children.push(child);
    return child;
  }

  /** Notes the announcements of neighbors that come in over a link, or over any, until it is stopped. */
  listen(ifName: string): { readonly ready: Promise<unknown>; stop(): Promise<string> } {
    const filter = 'arp or (icmp6 and ip6[40] == 136)';
    const child = spawn(
      'nsenter',
      [`--net=${this.path}`, 'tcpdump', '-n', '-l', '--immediate-mode', '-i', ifName, '-Q', 'in', filter],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#children.push(child);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    // It says that it listens.
    const ready = once(child.stderr, 'data');
    return {
      ready,
      stop: async () => {
        // A moment for what is on its way from the kernel.
        await setTimeout(300);
        child.kill('SIGINT');
        await once(child, 'close');
        return text;
      },
    };
  }

  /** Asks servers, all at once, from one process: what each answers, an error's name, or `silence`. */
  ask(...questions: readonly Question[]): Promise<readonly string[]> {
    const probes = questions.map((question) => ({ patience: PATIENCE_MS, ...question }));
    const args = [`--net=${this.path}`, process.execPath, join(programs, 'probe.ts'), JSON.stringify(probes)];
    return new Promise((resolve, reject) => {
      execFile('nsenter', args, { timeout: TIME_LIMIT_MS }, (error, stdout) =>
        error === null ? resolve(JSON.parse(stdout)) : reject(error),
      );
    });
  }

  /** Ends what was started here. */
  async close(): Promise<void> {
    const running = this.#children.filter((child) => child.exitCode === null && child.signalCode === null);
    await Promise.all(
      running.map((child) => {
        child.kill('SIGKILL');
        return once(child, 'exit');
      }),
    );
  }
}

/** What one of the test's programs has to say when it is asked to end. */
export async function reportOf(child: ChildProcess): Promise<Record<string, number>> {
  child.stdin?.end();
  let report = '';
  for await (const chunk of child.stdout ?? []) report += chunk;
  return JSON.parse(report);
}
