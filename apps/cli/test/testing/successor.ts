import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BridgeDriver } from '@tsnet/bridge';
import { Engine, Host } from '@tsnet/core';
import { type applyDeclaration, parseDeclaration } from '@tsnet/declare';
import { SqliteStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import { openNetnsDirectory } from '@tsnet/netns';
import type { TestHost } from './test-host.ts';

/** An engine over a test host and its state, as the process has it that comes next. */
export class Successor implements AsyncDisposable {
  readonly #host: TestHost;
  readonly #store: SqliteStore;
  readonly #seen: Host;
  readonly engine: Engine;

  private constructor(host: TestHost, store: SqliteStore) {
    const linux = openLinux();
    const netns = openNetnsDirectory({ linux }).open({ kind: 'name', name: host.netns });
    const seen = Host.open({ linux, netns });
    this.#host = host;
    this.#seen = seen;
    this.#store = store;
    this.engine = new Engine({ host: seen, store, drivers: [BridgeDriver.open({ host: seen })] });
  }

  static async open(host: TestHost): Promise<Successor> {
    const file = join(host.stateDirectory, 'state.db');
    return new Successor(host, await SqliteStore.open(file));
  }

  /** Does what `tsnet apply` or `tsnet destroy` does with a file. */
  async carryOut(run: typeof applyDeclaration, file: string): Promise<void> {
    const declaration = parseDeclaration(readFileSync(file, 'utf8'), { file });
    await run(declaration, { engine: this.engine, host: this.#seen, store: this.#store });
    await this.engine.settled();
  }

  /** Every key in the store; how far the search for free prefixes has come is nobody's. */
  async records(): Promise<readonly string[]> {
    const keys = (await this.#store.list('')).map(({ key }) => key);
    return keys.filter((key) => !key.startsWith('ipam/carve/'));
  }

  /** What `ip -j` and `nft -j` tell of the host, besides loopback. */
  async kernel(): Promise<{ readonly links: readonly string[]; readonly rules: readonly object[] }> {
    const { stdout } = await this.#host.run('nft', ['-j', 'list', 'ruleset']);
    const { nftables }: { nftables: readonly object[] } = JSON.parse(stdout);
    return {
      links: (await this.#host.links()).map(({ ifname }) => ifname).sort(),
      rules: nftables.filter((entry) => !('metainfo' in entry)),
    };
  }

  /** What is wrong: what is not whole, not as it is on record, or on no record. */
  async findings(): Promise<readonly string[]> {
    const networks = await this.engine.listNetworks();
    const endpoints = await this.engine.listEndpoints();
    const wanted = [
      ...networks.map(({ ifName }) => ifName),
      ...endpoints.map(({ hostIfName }) => hostIfName),
    ];
    const { links } = await this.kernel();
    // Who is killed in the moment after a connect has had no time to let frames back.
    const found = (await this.engine.survey()).filter(
      ({ problem }) => !problem.startsWith('lets no frames back'),
    );
    return [
      ...found.map(({ subject, problem }) => `${subject}: ${problem}`),
      ...(await this.records()).filter((key) => /^(operation|declared-project)\//.test(key)),
      ...[...networks, ...endpoints]
        .filter(({ state }) => state !== 'ready')
        .map(({ id, state }) => `${id} ${state}`),
      ...links.filter((link) => !wanted.includes(link)).map((link) => `${link} is on no record`),
      ...wanted.filter((link) => !links.includes(link)).map((link) => `${link} is missing`),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.close();
  }
}
