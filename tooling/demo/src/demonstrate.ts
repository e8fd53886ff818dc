import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawHost, type NetworkDocument } from './drawing.ts';
import { findLeftovers } from './leftovers.ts';
import { addresses, buildOutside, removeOutside, routeToPrefix } from './outside.ts';
import { cannotPing, fetches, fromHost, fromOutside, fromSandbox, pings } from './probes.ts';
import { Report } from './report.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { Tsnet } from './tsnet.ts';

const server = join(import.meta.dirname, 'answer-http.ts');

const networks = [
  ['web', '10.50.0.0/24', 'fd50::/64'],
  ['db', '10.60.0.0/24', 'fd60::/64'],
] as const;

/** Each with the command line that connects it. */
const sandboxes = [
  ['alpha', ['network', 'connect', 'web', 'alpha', '--publish', '8080:80']],
  ['beta', ['network', 'connect', 'web', 'beta']],
  ['gamma', ['network', 'connect', 'web', 'gamma']],
  ['delta', ['network', 'connect', 'db', 'delta']],
] as const;

/** Builds a small world on this host, shows that packets pass or do not pass as they should, and takes it down. */
export async function demonstrate(): Promise<boolean> {
  const start = performance.now();
  const report = new Report();
  const stateDirectory = await mkdtemp(join(tmpdir(), 'tsnet-demo-'));
  const tsnet = new Tsnet(stateDirectory);
  const servers: RunningProgram[] = [];
  try {
    await build(report, tsnet);
    servers.push(
      tsnet.start('alpha', process.execPath, server, 'alpha', '80'),
      startProgram('ip', 'netns', 'exec', 'outside', process.execPath, server, 'outside', '80'),
    );
    await draw(report, tsnet);
    await showPackets(report, tsnet);
    await showPorts(report, tsnet);
    await showIsolation(report, tsnet);
    await stopAll(servers);
    await takeDown(report, tsnet);
  } finally {
    await stopAll(servers);
    await rm(stateDirectory, { recursive: true });
  }
  report.summary(performance.now() - start);
  return report.allGood;
}

async function build(report: Report, tsnet: Tsnet): Promise<void> {
  report.chapter('A private host: networks and sandboxes');
  await report.step('a machine outside, joined to the host by a cable', async () => {
    await buildOutside();
    return { good: true, detail: '' };
  });
  for (const [name, four, six] of networks)
    await show(report, tsnet, 'network', 'create', name, '--subnet', four, '--subnet', six);
  for (const [name, connect] of sandboxes) {
    await show(report, tsnet, 'netns', 'create', name);
    await show(report, tsnet, ...connect);
  }
}

async function draw(report: Report, tsnet: Tsnet): Promise<void> {
  report.chapter('What was built');
  const documents = await Promise.all(
    networks.map(([name]) => tsnet.read<NetworkDocument>('network', 'inspect', name)),
  );
  report.text(drawHost(addresses.outside, addresses.host, documents));
}

async function showPackets(report: Report, tsnet: Tsnet): Promise<void> {
  report.chapter('Sandboxes reach each other, and the outside through NAT');
  const beta = fromSandbox(tsnet, 'beta');
  for (const address of ['10.50.0.2', 'fd50::2']) {
    await report.step(`beta pings alpha at ${address}`, () => pings(beta, address));
  }
  for (const [index, address] of addresses.outside.entries()) {
    await report.step(`beta pings the outside at ${address}`, () => pings(beta, address));
    await report.step(`beta asks the outside, which sees the host's address`, () =>
      fetches(beta, `http://${bracketed(address)}/`, `outside sees ${addresses.host[index]}`),
    );
  }
}

async function showPorts(report: Report, tsnet: Tsnet): Promise<void> {
  report.chapter('A published port: 8080 of the host leads to 80 of alpha');
  for (const [index, address] of addresses.host.entries()) {
    const url = `http://${bracketed(address)}:8080/`;
    await report.step(`from outside: curl ${url}, which keeps the client's address`, () =>
      fetches(fromOutside, url, `alpha sees ${addresses.outside[index]}`),
    );
    await report.step(`from the host itself: curl ${url}`, () =>
      fetches(fromHost, url, `alpha sees ${address}`),
    );
  }
  await report.step('from the host itself: curl http://127.0.0.1:8080/', () =>
    fetches(fromHost, 'http://127.0.0.1:8080/', 'alpha sees 10.50.0.1'),
  );
  const url = `http://${addresses.host[0]}:8080/`;
  await report.step(`from beta, through the host's address: curl ${url}`, () =>
    fetches(fromSandbox(tsnet, 'beta'), url, 'alpha sees 10.50.0.1'),
  );
}

async function showIsolation(report: Report, tsnet: Tsnet): Promise<void> {
  report.chapter('What must not pass');
  const delta = fromSandbox(tsnet, 'delta');
  for (const address of ['10.50.0.2', 'fd50::2']) {
    await report.step(`delta, on another network, cannot ping alpha at ${address}`, () =>
      cannotPing(delta, address),
    );
  }
  await routeToPrefix('10.50.0.0/24', addresses.host[0]);
  await report.step('the outside, with a route to 10.50.0.0/24, cannot ping alpha at 10.50.0.2', () =>
    cannotPing(fromOutside, '10.50.0.2'),
  );
}

async function takeDown(report: Report, tsnet: Tsnet): Promise<void> {
  report.chapter('Taken down, and nothing left');
  await show(report, tsnet, 'netns', 'rm', 'alpha');
  await show(report, tsnet, 'network', 'rm', '--force', ...networks.map(([name]) => name));
  for (const name of ['beta', 'gamma', 'delta']) await show(report, tsnet, 'netns', 'rm', name);
  await removeOutside();
  for (const [what, outcome] of await findLeftovers(tsnet)) await report.step(what, async () => outcome);
}

function show(report: Report, tsnet: Tsnet, ...args: readonly string[]): Promise<void> {
  return report.step(`tsnet ${args.join(' ')}`, () => tsnet.change(...args));
}

async function stopAll(servers: readonly RunningProgram[]): Promise<void> {
  await Promise.all(servers.map((running) => running.stop()));
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
