import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mainPath, type Outcome, runProgram } from './tsnet.ts';

/** The parts of JSON documents that tests look into. */
export interface EndpointJson {
  readonly id: string;
  readonly mac: string;
  readonly addresses: readonly { readonly address: string }[];
}

interface IpLink {
  readonly ifname: string;
  readonly address?: string;
  readonly mtu: number;
  readonly operstate: string;
  readonly addr_info: readonly {
    readonly local: string;
    readonly prefixlen: number;
    readonly scope: string;
  }[];
}

/**
 * A namespace that stands for a host, with a state directory of its own. Its process keeps the mounts of the
 * tests, so that namespaces made in it have names under the same /run/netns; `close` takes away those too.
 */
export class TestHost implements AsyncDisposable {
  readonly netns = `host-${randomBytes(4).toString('hex')}`;
  readonly stateDirectory = mkdtempSync(join(tmpdir(), 'tsnet-cli-'));

  static async open(): Promise<TestHost> {
    const host = new TestHost();
    await host.must('ip', ['netns', 'add', host.netns], { inside: false });
    await host.must('ip', ['link', 'set', 'lo', 'up']);
    return host;
  }

  /** Runs `tsnet` on this host, with its state directory. */
  tsnet(...args: readonly string[]): Promise<Outcome> {
    return this.run(process.execPath, [mainPath, '--state-dir', this.stateDirectory, ...args]);
  }

  /** As {@link tsnet} with `--json`, which has to succeed: what it printed. */
  async json<T = unknown>(...args: readonly string[]): Promise<T> {
    const { exitCode, stdout, stderr } = await this.tsnet('--json', ...args);
    if (exitCode !== 0) throw new Error(`tsnet ${args.join(' ')}: exit code ${exitCode}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** As {@link tsnet}, which has to succeed: what it printed. */
  async ok(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.tsnet(...args);
    if (exitCode !== 0) throw new Error(`tsnet ${args.join(' ')}: exit code ${exitCode}: ${stderr}`);
    return stdout;
  }

  /** Runs any program on this host, or in one of its sandboxes. */
  run(command: string, args: readonly string[], netns = this.netns): Promise<Outcome> {
    return runProgram('nsenter', this.entering(netns, command, args));
  }

  /** The arguments of `nsenter` that run a program on this host. */
  entering(netns: string, command: string, args: readonly string[]): string[] {
    return [`--net=/run/netns/${netns}`, '--', command, ...args];
  }

  /** Links as `ip -j address` shows them, on this host or in a sandbox; loopback left out. */
  async links(netns = this.netns): Promise<readonly IpLink[]> {
    const { stdout } = await this.run('ip', ['-j', 'address'], netns);
    const links: readonly IpLink[] = JSON.parse(stdout);
    return links.filter(({ ifname }) => ifname !== 'lo');
  }

  /** The global addresses of a link, with their prefix lengths. */
  async addresses(ifName: string, netns = this.netns): Promise<readonly string[]> {
    const link = (await this.links(netns)).find(({ ifname }) => ifname === ifName);
    return (link?.addr_info ?? [])
      .filter(({ scope }) => scope === 'global')
      .map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  }

  /** Names of the nftables tables on this host. */
  async tables(): Promise<readonly string[]> {
    const { stdout } = await this.run('nft', ['-j', 'list', 'tables']);
    const { nftables }: { nftables: { table?: { name: string } }[] } = JSON.parse(stdout);
    return nftables.flatMap(({ table }) => (table === undefined ? [] : [table.name]));
  }

  /**
   * Everything that tsnet could have made: what an operation that fails must leave as it was. What the kernel
   * does by its own clock is left out: link-local and multicast entries, and whether a carrier is gone yet.
   */
  async everything(): Promise<unknown> {
    const { stdout: firewall } = await this.run('nft', ['list', 'ruleset']);
    const { stdout: routes } = await this.run('ip', ['route', 'show', 'table', 'all']);
    const links = await this.links();
    const state = [
      await this.json('network', 'ls'),
      await this.json('endpoint', 'ls'),
      await this.json('ipam', 'ls'),
    ];
    return {
      firewall,
      routes: routes
        .split('\n')
        .filter((line) => !/\b(fe80|ff00):/.test(line))
        .map((line) => line.replace(' linkdown', '')),
      links: links.map(({ ifname, address }) => ({ ifname, address })),
      addresses: await Promise.all(links.map(({ ifname }) => this.addresses(ifname))),
      namespaces: readdirSync('/run/netns'),
      state,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { name } of await this.json<{ name: string }[]>('netns', 'ls')) {
      if (!name.startsWith('host-')) await this.tsnet('netns', 'rm', name);
    }
    await this.must('ip', ['netns', 'del', this.netns], { inside: false });
    rmSync(this.stateDirectory, { recursive: true });
  }

  private async must(command: string, args: readonly string[], { inside = true } = {}): Promise<void> {
    const { exitCode, stderr } = inside ? await this.run(command, args) : await runProgram(command, args);
    if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  }
}
