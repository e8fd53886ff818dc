import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BridgeDriver } from '@tsnet/bridge';
import { Engine, Host, parsePortSpec } from '@tsnet/core';
import { IpPrefix } from '@tsnet/inet';
import { SqliteStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import { serve } from '../shared/remote.ts';
import { timeProcess } from '../shared/time-process.ts';

/*
 * node host-subject.ts
 *
 * A host with networks and endpoints that is looked at, damaged and repaired, on demand of the process that started it.
 */

/** How long the kernel is given to end what it does in the background, in milliseconds. */
const SETTLE_MS = 200;

const program = join(import.meta.dirname, '../../../apps/cli/dist/main.cjs');

class ReconcileSubject {
  readonly #directory = mkdtempSync(join(tmpdir(), 'tsnet-bench-'));
  #engine: Engine | undefined;
  #networks: readonly string[] = [];
  #sandboxes: readonly string[] = [];

  /** Makes networks with as many endpoints each, every endpoint with so many published ports. */
  async setUp(networks: number, endpoints: number, ports: number): Promise<void> {
    const engine = await this.#open();
    this.#networks = Array.from({ length: networks }, (_, index) => `bench${index}`);
    for (const [index, name] of this.#networks.entries()) {
      await engine.createNetwork({ name, subnets: [{ prefix: IpPrefix.parse(`10.${index}.0.0/16`) }] });
    }
    this.#sandboxes = Array.from({ length: endpoints }, (_, index) => `s${index}`);
    for (const [index, name] of this.#sandboxes.entries()) {
      await engine.createSandbox(name);
      await engine.connect({
        network: `bench${index % networks}`,
        sandbox: { kind: 'name', name },
        ports: Array.from({ length: ports }, (_, port) =>
          parsePortSpec(`${10_000 + index * ports + port}:${80 + port}/tcp`),
        ),
      });
    }
    await setTimeout(SETTLE_MS);
  }

  /** Milliseconds to reconcile what nothing is wrong with. */
  reconcileHealthy(): Promise<number> {
    return this.#reconcile(0);
  }

  /** Milliseconds to reconcile after another program has taken all rules away. */
  async reconcileFlushed(): Promise<number> {
    timeProcess(['nft', 'flush', 'ruleset']);
    return this.#reconcile(1);
  }

  /** Milliseconds that `nft` takes to print the whole table, and to load it again after it was flushed. */
  async reloadByNft(): Promise<{ readonly list: number; readonly load: number }> {
    const { milliseconds: list, stdout } = timeProcess(['nft', 'list', 'ruleset']);
    const file = join(this.#directory, 'ruleset.nft');
    writeFileSync(file, stdout);
    timeProcess(['nft', 'flush', 'ruleset']);
    return { list, load: timeProcess(['nft', '-f', file]).milliseconds };
  }

  /** Milliseconds of whole `tsnet apply` and `tsnet destroy` processes, on a state directory of their own. */
  async apply(declaration: string): Promise<{ readonly apply: number; readonly destroy: number }> {
    const state = join(this.#directory, 'applied');
    const file = join(this.#directory, 'bench.yaml');
    writeFileSync(file, declaration);
    const tsnet = [process.execPath, program, '--state-dir', state];
    const { milliseconds: apply } = timeProcess([...tsnet, 'apply', '-f', file]);
    await setTimeout(SETTLE_MS);
    const { milliseconds: destroy } = timeProcess([...tsnet, 'destroy', '-f', file]);
    await setTimeout(SETTLE_MS);
    return { apply, destroy };
  }

  async close(): Promise<void> {
    const engine = await this.#open();
    await Promise.all(this.#networks.map((name) => engine.deleteNetwork(name, { force: true })));
    await Promise.all(this.#sandboxes.map((name) => engine.deleteSandbox(name)));
    await engine.close();
    rmSync(this.#directory, { recursive: true });
  }

  async #reconcile(expected: number): Promise<number> {
    const engine = await this.#open();
    const start = performance.now();
    const repaired = await engine.reconcile();
    const milliseconds = performance.now() - start;
    const failed = repaired.filter(({ failure }) => failure !== undefined);
    if (repaired.length !== expected || failed.length > 0) {
      throw new Error(
        `${repaired.length} repairs, of which ${failed.length} failed: ${JSON.stringify(repaired)}`,
      );
    }
    await setTimeout(SETTLE_MS);
    return milliseconds;
  }

  async #open(): Promise<Engine> {
    if (this.#engine !== undefined) return this.#engine;
    const host = Host.open({ linux: openLinux() });
    this.#engine = new Engine({
      host,
      store: await SqliteStore.open(join(this.#directory, 'state.db')),
      drivers: [BridgeDriver.open({ host })],
    });
    return this.#engine;
  }
}

serve(new ReconcileSubject());
