import { setTimeout } from 'node:timers/promises';
import { serve } from '../shared/remote.ts';
import { summarize } from '../shared/statistics.ts';
import type { Connector } from './connector.ts';
import { DaemonConnector } from './daemon-connector.ts';
import { EngineConnector } from './engine-connector.ts';
import { KernelConnector } from './kernel-connector.ts';
import type { Churned, PairSample, Sustained } from './samples.ts';

/*
 * node connector-subject.ts daemon SOCKET|engine|kernel
 *
 * Connects and disconnects sandboxes in one way, on demand of the process that started it.
 */

/** The kernel takes namespaces apart in the background, under the locks that the next connect needs. */
const SETTLE_MS = 150;

/** A Linux bridge has 1,023 ports. */
const ENDPOINTS_A_NETWORK = 500;

/** Callers at once where nothing is measured. */
const SET_UP_LANES = 8;

const FIRST_PORT = 10_000;

class ConnectorSubject {
  readonly #connector: Connector;
  #networks: string[] = [];
  #sandboxes: string[] = [];

  constructor(connector: Connector) {
    this.#connector = connector;
  }

  /** Makes networks, and as many sandboxes, which are not connected yet. */
  async setUp(networks: number, sandboxes: number): Promise<void> {
    for (let index = 0; index < networks; index++) {
      this.#networks.push(await this.#connector.createNetwork(index));
    }
    this.#sandboxes = Array.from({ length: sandboxes }, (_, index) => `s${index}`);
    await inLanes(sandboxes, SET_UP_LANES, (index, lane) =>
      this.#connector.createSandbox(this.#sandbox(index), lane),
    );
  }

  /** Connects every sandbox, spread over the networks; every other one with a port. */
  async connectAll(): Promise<void> {
    await inLanes(this.#sandboxes.length, SET_UP_LANES, (index, lane) =>
      this.#connect(index, lane, index % 2 === 0),
    );
  }

  /** Deletes all there is, and waits for the kernel to be done with it. */
  async takeDown(): Promise<void> {
    for (const name of this.#networks.splice(0)) await this.#connector.deleteNetwork(name);
    const sandboxes = this.#sandboxes.splice(0);
    await inLanes(sandboxes.length, SET_UP_LANES, (index, lane) =>
      this.#connector.deleteSandbox(sandboxes[index] ?? '', lane),
    );
    await setTimeout(SETTLE_MS + 2 * sandboxes.length);
  }

  /** Sandboxes connected one after the other by one caller, then disconnected one after the other. */
  async round(burst: number, withPort: boolean): Promise<readonly PairSample[]> {
    const [network = ''] = this.#networks;
    const connected: {
      readonly id: string;
      readonly sandbox: string;
      readonly up: Omit<PairSample, 'disconnect'>;
    }[] = [];
    for (let index = 0; index < burst; index++) {
      const sandbox = `burst${index}`;
      const start = performance.now();
      await this.#connector.createSandbox(sandbox, 0);
      const created = performance.now();
      const hostPort = withPort ? FIRST_PORT + index : undefined;
      const id = await this.#connector.connect({ network, sandbox, hostPort }, 0);
      const up = { sandbox: created - start, connect: performance.now() - created };
      connected.push({ id, sandbox, up });
    }
    const samples: PairSample[] = [];
    for (const { id, up } of connected) {
      const start = performance.now();
      await this.#connector.disconnect(id, 0);
      samples.push({ ...up, disconnect: performance.now() - start });
    }
    for (const { sandbox } of connected) await this.#connector.deleteSandbox(sandbox, 0);
    await setTimeout(SETTLE_MS);
    return samples;
  }

  /** Connects so many sandboxes, which exist, by so many callers at once; takes all of it down again. */
  async sustain(count: number, lanes: number, withPort: boolean): Promise<Sustained> {
    await this.setUp(Math.ceil(count / ENDPOINTS_A_NETWORK), count);
    await setTimeout(SETTLE_MS);
    const times: number[] = [];
    const start = performance.now();
    await inLanes(count, lanes, async (index, lane) => {
      const begun = performance.now();
      await this.#connect(index, lane, withPort);
      times.push(performance.now() - begun);
    });
    const seconds = (performance.now() - start) / 1000;
    await this.takeDown();
    return { perSecond: count / seconds, connect: summarize(times) };
  }

  /** Connects the first sandbox, and disconnects it. */
  async pair(): Promise<Omit<PairSample, 'sandbox'>> {
    const start = performance.now();
    const id = await this.#connect(0, 0, false);
    const connected = performance.now();
    await this.#connector.disconnect(id, 0);
    return { connect: connected - start, disconnect: performance.now() - connected };
  }

  /** Callers at once, each of which connects and disconnects its own sandbox, until the pairs or the minutes are over. */
  async churn(
    lanes: number,
    limit: { readonly pairs?: number; readonly milliseconds?: number },
  ): Promise<Churned> {
    const [network = ''] = this.#networks;
    const { pairs = Number.POSITIVE_INFINITY, milliseconds = Number.POSITIVE_INFINITY } = limit;
    const connect: number[] = [];
    const disconnect: number[] = [];
    const start = performance.now();
    let begun = 0;
    const churnIn = async (lane: number) => {
      while (begun < pairs && performance.now() - start < milliseconds) {
        begun += 1;
        const asked = performance.now();
        const request = { network, sandbox: this.#sandbox(lane), hostPort: FIRST_PORT + lane };
        const id = await this.#connector.connect(request, lane);
        const connected = performance.now();
        await this.#connector.disconnect(id, lane);
        connect.push(connected - asked);
        disconnect.push(performance.now() - connected);
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, lane) => churnIn(lane)));
    const seconds = (performance.now() - start) / 1000;
    return { pairs: begun, seconds, connect: summarize(connect), disconnect: summarize(disconnect) };
  }

  close(): Promise<void> {
    return this.#connector.close();
  }

  #connect(index: number, lane: number, withPort: boolean): Promise<string> {
    const network = this.#networks[index % this.#networks.length] ?? '';
    const hostPort = withPort ? FIRST_PORT + index : undefined;
    return this.#connector.connect({ network, sandbox: this.#sandbox(index), hostPort }, lane);
  }

  #sandbox(index: number): string {
    return this.#sandboxes[index] ?? '';
  }
}

/** Does something for each number below `count`, in so many lanes at once. */
async function inLanes(
  count: number,
  lanes: number,
  work: (index: number, lane: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const run = async (lane: number) => {
    while (next < count) await work(next++, lane);
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)));
}

async function open(kind: string | undefined, socket: string | undefined): Promise<Connector> {
  if (kind === 'engine') return EngineConnector.open();
  if (kind === 'kernel') return new KernelConnector();
  if (kind === 'daemon' && socket !== undefined) return new DaemonConnector(socket);
  throw new Error('usage: connector-subject.ts daemon SOCKET|engine|kernel');
}

serve(new ConnectorSubject(await open(process.argv[2], process.argv[3])));
