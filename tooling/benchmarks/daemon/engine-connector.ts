import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BridgeDriver } from '@tsnet/bridge';
import { Engine, Host, parsePortSpec } from '@tsnet/core';
import { IpPrefix } from '@tsnet/inet';
import { SqliteStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import type { Connector, ConnectRequest } from './connector.ts';

/** The engine in this process, with its store on a disk: what the daemon has in it. */
export class EngineConnector implements Connector {
  readonly #engine: Engine;
  readonly #directory: string;

  private constructor(engine: Engine, directory: string) {
    this.#engine = engine;
    this.#directory = directory;
  }

  static async open(): Promise<EngineConnector> {
    const directory = mkdtempSync(join(tmpdir(), 'tsnet-bench-'));
    const host = Host.open({ linux: openLinux() });
    const store = await SqliteStore.open(join(directory, 'state.db'));
    return new EngineConnector(
      new Engine({ host, store, drivers: [BridgeDriver.open({ host })] }),
      directory,
    );
  }

  async createNetwork(index: number): Promise<string> {
    const name = `bench${index}`;
    await this.#engine.createNetwork({ name, subnets: [{ prefix: IpPrefix.parse(`10.${index}.0.0/16`) }] });
    return name;
  }

  async deleteNetwork(name: string): Promise<void> {
    await this.#engine.deleteNetwork(name, { force: true });
  }

  async createSandbox(name: string): Promise<void> {
    await this.#engine.createSandbox(name);
  }

  async deleteSandbox(name: string): Promise<void> {
    await this.#engine.deleteSandbox(name);
  }

  async connect({ network, sandbox, hostPort }: ConnectRequest): Promise<string> {
    const { id } = await this.#engine.connect({
      network,
      sandbox: { kind: 'name', name: sandbox },
      ports: hostPort === undefined ? [] : [parsePortSpec(`${hostPort}:80`)],
    });
    return id;
  }

  async disconnect(id: string): Promise<void> {
    await this.#engine.disconnect(id);
  }

  async close(): Promise<void> {
    await this.#engine.close();
    rmSync(this.#directory, { recursive: true });
  }
}
