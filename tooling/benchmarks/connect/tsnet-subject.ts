import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BridgeDriver } from '@tsnet/bridge';
import { type Endpoint, Engine, Host, parsePortSpec } from '@tsnet/core';
import { IpPrefix } from '@tsnet/inet';
import { SqliteStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import { serve } from '../shared/remote.ts';
import { networkOf, SETTLE_MS } from './layout.ts';
import type { Sample, Subject, SystemCallShare, Teardown, TogetherWay } from './subject.ts';
import { measureShare } from './system-call-share.ts';

interface Connected {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly sample: Record<string, number>;
}

/** tsnet's engine in this process, with its store on a disk. */
class TsnetSubject implements Subject {
  readonly #directory = mkdtempSync(join(tmpdir(), 'tsnet-bench-'));
  readonly #kept: Connected[] = [];
  readonly #networks = new Set<string>();
  #engine: Engine | undefined;
  #steps: Record<string, number> = {};
  #serial = 0;

  async grow(count: number): Promise<readonly Sample[]> {
    const added: Sample[] = [];
    while (this.#kept.length < count) {
      const connected = await this.#connect(networkOf(this.#kept.length));
      this.#kept.push(connected);
      added.push(connected.sample);
    }
    await setTimeout(SETTLE_MS);
    return added;
  }

  async round(burst: number, teardown: Teardown): Promise<readonly Sample[]> {
    const connected: Connected[] = [];
    for (let index = 0; index < burst; index++) connected.push(await this.#connect(networkOf(0)));
    const samples: Sample[] = [];
    for (const one of connected) samples.push({ ...one.sample, ...(await this.#takeDown(one, teardown)) });
    await setTimeout(SETTLE_MS);
    return samples;
  }

  trace(count: number): Promise<SystemCallShare | undefined> {
    return measureShare(
      count,
      () => this.#connect(networkOf(0)),
      async (connected) => {
        for (const one of connected) await this.#takeDown(one, 'sandbox');
        await setTimeout(SETTLE_MS);
      },
    );
  }

  async takeAllDown(way: TogetherWay): Promise<number> {
    const engine = await this.#open();
    const kept = this.#kept.splice(0);
    const start = performance.now();
    if (way === 'disconnect each')
      await Promise.all(kept.map(({ endpoint }) => engine.disconnect(endpoint.id)));
    else if (way === 'delete each sandbox')
      await Promise.all(kept.map(({ name }) => engine.deleteSandbox(name)));
    else await Promise.all([...this.#networks].map((name) => engine.deleteNetwork(name, { force: true })));
    await engine.settled();
    const milliseconds = performance.now() - start;
    await Promise.all(kept.map(({ name }) => engine.deleteSandbox(name)));
    await engine.settled();
    if (way === 'delete the network, forced') this.#networks.clear();
    await setTimeout(SETTLE_MS);
    return milliseconds;
  }

  async close(): Promise<void> {
    await this.takeAllDown('delete the network, forced');
    await this.#engine?.close();
    rmSync(this.#directory, { recursive: true });
  }

  async #connect(network: number): Promise<Connected> {
    const engine = await this.#open();
    const networkName = await this.#ensureNetwork(engine, network);
    const name = `s${this.#serial}`;
    const port = parsePortSpec(`${10_000 + (this.#serial++ % 20_000)}:80/tcp`);
    this.#steps = {};
    const start = performance.now();
    await engine.createSandbox(name);
    const created = performance.now();
    const endpoint = await engine.connect({
      network: networkName,
      sandbox: { kind: 'name', name },
      ports: [port],
    });
    const done = performance.now();
    return {
      name,
      endpoint,
      sample: { up: done - start, namespace: created - start, connect: done - created, ...this.#steps },
    };
  }

  async #takeDown({ name, endpoint }: Connected, teardown: Teardown): Promise<Sample> {
    const engine = await this.#open();
    this.#steps = {};
    const idle = performance.eventLoopUtilization();
    const start = performance.now();
    if (teardown === 'sandbox') await engine.deleteSandbox(name);
    else await engine.disconnect(endpoint.id);
    const answered = performance.now() - start;
    await engine.settled();
    const forgotten = performance.now() - start;
    const { active } = performance.eventLoopUtilization(idle);
    if (teardown === 'endpoint') await engine.deleteSandbox(name);
    return teardown === 'sandbox'
      ? { down: forgotten, 'down, answered': answered, 'down, thread busy': active, ...this.#steps }
      : { disconnect: forgotten, 'disconnect, thread busy': active, ...this.#steps };
  }

  async #open(): Promise<Engine> {
    if (this.#engine !== undefined) return this.#engine;
    const host = Host.open({ linux: openLinux() });
    this.#engine = new Engine({
      host,
      store: await SqliteStore.open(join(this.#directory, 'state.db')),
      drivers: [BridgeDriver.open({ host })],
      onStep: (step, milliseconds) => {
        this.#steps[`step ${step.name}`] = milliseconds;
      },
    });
    return this.#engine;
  }

  async #ensureNetwork(engine: Engine, index: number): Promise<string> {
    const name = `bench${index}`;
    if (!this.#networks.has(name)) {
      await engine.createNetwork({ name, subnets: [{ prefix: IpPrefix.parse(`10.${index}.0.0/16`) }] });
      this.#networks.add(name);
    }
    return name;
  }
}

serve(new TsnetSubject());
