import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { openLinux } from '@tsnet/linux';
import {
  type Diagnosis,
  diagnose,
  type HostFinding,
  type NetworkRecord,
  read,
  readFacts,
} from '../src/index.ts';

/** A namespace that stands for a host, with a way out by `eth0`, which leads nowhere. */
export class PrivateHost implements AsyncDisposable {
  readonly #name = `doctor-${randomBytes(4).toString('hex')}`;
  readonly #netns: number;
  readonly #children: ChildProcess[] = [];

  constructor() {
    execFileSync('ip', ['netns', 'add', this.#name]);
    this.#netns = openSync(`/run/netns/${this.#name}`, 'r');
    this.run('ip', 'link', 'set', 'lo', 'up');
    this.run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'far0');
    this.run('ip', 'address', 'add', '192.0.2.10/24', 'dev', 'eth0');
    for (const ifName of ['eth0', 'far0']) this.run('ip', 'link', 'set', ifName, 'up');
    this.run('ip', 'route', 'add', 'default', 'via', '192.0.2.1');
    // Where the kernel has it, a namespace begins with it on.
    this.run(
      'sh',
      '-c',
      'for f in /proc/sys/net/bridge/bridge-nf-call-ip*; do if [ -f $f ]; then echo 0 >$f; fi; done',
    );
    this.run('sysctl', '-qw', 'net.ipv4.ip_forward=1');
  }

  /** Runs a program on this host and returns what it prints. */
  run(command: string, ...args: readonly string[]): string {
    return execFileSync('nsenter', this.#entering(command, args), {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Carries out what a finding says to do. */
  remedy({ commands }: HostFinding): void {
    for (const command of commands) this.run('sh', '-ec', command);
  }

  /** Starts a process that listens on a port, which ends with the host. */
  async listen(port: number, address: string): Promise<ChildProcess> {
    const program = `require('net').createServer().listen(${port}, '${address}', () => console.log('ready'))`;
    const child = spawn('nsenter', this.#entering(process.execPath, ['-e', program]), {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#children.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  diagnose(...networks: readonly NetworkRecord[]): Diagnosis {
    return diagnose(readFacts({ linux: openLinux(), netns: this.#netns, networks: read(networks) }));
  }

  /** The findings with a code. */
  find(code: HostFinding['code'], ...networks: readonly NetworkRecord[]): readonly HostFinding[] {
    return this.diagnose(...networks).findings.filter((finding) => finding.code === code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#children.map(end));
    closeSync(this.#netns);
    execFileSync('ip', ['netns', 'delete', this.#name]);
  }

  #entering(command: string, args: readonly string[]): string[] {
    return [`--net=/run/netns/${this.#name}`, command, ...args];
  }
}

/** Ends a child, and waits until it has. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
