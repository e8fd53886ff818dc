import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestHost } from './test-host.ts';

/**
 * What a host is like at one moment, down to the bytes of its state. What the kernel does by its own clock is left
 * out: link-local and multicast entries, and what it says of carriers.
 */
export class Snapshots {
  readonly #host: TestHost;
  readonly #directory: string;

  /** @param directory - the part of the state directory to look at. */
  constructor(host: TestHost, directory = '.') {
    this.#host = host;
    this.#directory = join(host.stateDirectory, directory);
  }

  async take() {
    return {
      links: withoutClock(await this.#read('ip', '-j', 'address')),
      routes: withoutClock(await this.#read('ip', '-j', 'route', 'show', 'table', 'all')),
      firewall: await this.#read('nft', '-j', 'list', 'ruleset'),
      forwarding: await this.#read('sysctl', '-n', 'net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'),
      namespaces: readdirSync('/run/netns'),
      state: this.#state(),
    };
  }

  async #read(command: string, ...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#host.run(command, args);
    if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  #state() {
    if (!existsSync(this.#directory)) return undefined;
    return readdirSync(this.#directory).map((name) => {
      const bytes = readFileSync(join(this.#directory, name));
      return [name, createHash('sha256').update(bytes).digest('hex')];
    });
  }
}

/** A link or a route. */
interface Entry {
  readonly dst?: string;
  readonly operstate?: string;
  readonly flags: readonly string[];
  readonly addr_info?: readonly { readonly scope: string }[];
}

function withoutClock(json: string): unknown {
  const entries: readonly Entry[] = JSON.parse(json);
  return entries
    .filter(({ dst }) => !/^(fe80|ff00):/.test(`${dst}`))
    .map(({ operstate: _, flags, addr_info: addresses = [], ...entry }) => ({
      ...entry,
      addresses: addresses.filter(({ scope }) => scope !== 'link'),
      isUp: flags.includes('UP'),
    }));
}
