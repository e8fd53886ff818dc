import { type Client, openClient } from '@tsnet/api';
import type { Connector, ConnectRequest } from './connector.ts';

/** Asks a daemon, each lane by a client of its own with one connection that is kept. */
export class DaemonConnector implements Connector {
  readonly #socket: string;
  readonly #clients: Client[] = [];

  constructor(socket: string) {
    this.#socket = socket;
  }

  async createNetwork(index: number): Promise<string> {
    const { name } = await this.#client(0).createNetwork({
      name: `bench${index}`,
      subnets: [{ prefix: `10.${index}.0.0/16` }],
    });
    return name;
  }

  async deleteNetwork(network: string): Promise<void> {
    await this.#client(0).deleteNetwork({ network, force: true });
  }

  async createSandbox(name: string, lane: number): Promise<void> {
    await this.#client(lane).createSandbox({ name });
  }

  async deleteSandbox(sandbox: string, lane: number): Promise<void> {
    await this.#client(lane).deleteSandbox({ sandbox });
  }

  async connect({ network, sandbox, hostPort }: ConnectRequest, lane: number): Promise<string> {
    const ports = hostPort === undefined ? [] : [`${hostPort}:80`];
    const { id } = await this.#client(lane).connect({ network, sandbox, ports });
    return id;
  }

  async disconnect(endpoint: string, lane: number): Promise<void> {
    await this.#client(lane).disconnect({ endpoint });
  }

  async close(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.close();
  }

  #client(lane: number): Client {
    const client = this.#clients[lane] ?? openClient({ socket: this.#socket });
    this.#clients[lane] = client;
    return client;
  }
}
