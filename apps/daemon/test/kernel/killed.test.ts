import { type Client, type EndpointDocument, RemoteError } from '@tsnet/api';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { TestDaemon } from '../testing/test-daemon.ts';

const ROUNDS = 50;
const WORKERS = 8;

/** A client that connects and disconnects one sandbox, and knows what it was told. */
class Worker {
  readonly #client: Client;
  readonly #sandbox: string;
  readonly #hostPort: number;
  #serial = 0;
  /** What it was told that there is. */
  endpoint: EndpointDocument | undefined;
  /** What it has asked for, and has heard nothing of. */
  open: (() => Promise<void>) | undefined;
  acknowledged = 0;

  constructor(client: Client, sandbox: string, hostPort: number) {
    this.#client = client;
    this.#sandbox = sandbox;
    this.#hostPort = hostPort;
  }

  /** Goes on until the daemon answers no more. */
  async work(): Promise<void> {
    for (;;) {
      this.open = this.endpoint === undefined ? this.#connecting() : this.#disconnecting(this.endpoint.id);
      try {
        await this.open();
      } catch {
        return;
      }
      this.acknowledged += 1;
      this.open = undefined;
    }
  }

  #connecting(): () => Promise<void> {
    this.#serial += 1;
    const options = { idempotencyKey: `${this.#sandbox}/${this.#serial}` };
    const ports = [`${this.#hostPort}:80`];
    return async () => {
      this.endpoint = await this.#client.connect({ network: 'web', sandbox: this.#sandbox, ports }, options);
    };
  }

  #disconnecting(endpoint: string): () => Promise<void> {
    return async () => {
      try {
        await this.#client.disconnect({ endpoint });
      } catch (error) {
        // The answer of the one that did it was lost.
        if (!(error instanceof RemoteError && error.kind === 'not-found')) throw error;
      }
      this.endpoint = undefined;
    };
  }
}

describeKernel('a daemon that is killed', { needs: ['netns', 'veth', 'bridge', 'nftables'] }, () => {
  it('has all that it acknowledged after its next start, and nothing else', {
    timeout: 180_000,
  }, async () => {
    await using daemon = await TestDaemon.open({ args: ['--log-level', 'warn'] });
    await using setUp = daemon.client();
    await setUp.createNetwork({ name: 'web', subnets: [{ prefix: '10.95.0.0/24' }] });
    const names = Array.from({ length: WORKERS }, (_, index) => daemon.sandboxName(`s${index}`));
    for (const name of names) await setUp.createSandbox({ name });
    await using client = daemon.client();
    const workers = names.map((name, index) => new Worker(client, name, 20_000 + index));
    for (let round = 0; round < ROUNDS; round++) {
      const work = workers.map((worker) => worker.work());
      await new Promise((resolve) => setTimeout(resolve, 40 + ((round * 37) % 160)));
      await daemon.stop('SIGKILL');
      await Promise.all(work);
      await daemon.start();
      // Whoever heard nothing asks again, under the same key.
      await Promise.all(workers.map((worker) => worker.open?.()));
      await expectExactly(daemon, setUp, workers);
    }
    const acknowledged = workers.reduce((sum, worker) => sum + worker.acknowledged, 0);
    expect(acknowledged).toBeGreaterThan(ROUNDS * WORKERS);
  });
});

async function expectExactly(daemon: TestDaemon, client: Client, workers: readonly Worker[]): Promise<void> {
  const there = workers.flatMap(({ endpoint }) => (endpoint === undefined ? [] : [endpoint]));
  const byId = (endpoints: readonly EndpointDocument[]) =>
    endpoints.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(byId((await client.listEndpoints({ limit: 100 })).items)).toEqual(byId(there));
  const { findings } = await client.getStatus();
  expect(findings).toEqual([]);
  expect((await daemon.links()).toSorted()).toEqual(
    ['web', ...there.map(({ hostIfName }) => hostIfName)].toSorted(),
  );
  const { items: leases } = await client.listLeases({ limit: 100 });
  expect(leases.map(({ address }) => address).toSorted()).toEqual(
    ['10.95.0.1', ...there.flatMap(({ addresses }) => addresses.map(({ address }) => address))].toSorted(),
  );
  const firewall = await daemon.run('nft', 'list', 'table', 'inet', 'tsnet');
  for (const [index, { endpoint }] of workers.entries()) {
    const isOpen = new RegExp(`\\b${20_000 + index}\\b`).test(firewall);
    expect([index, isOpen]).toEqual([index, endpoint !== undefined]);
  }
}
