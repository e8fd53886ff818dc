/**
 * `commuter.ts STATE RUN-DIRECTORY LOG NAME COUNT`: an engine of its own that connects the sandbox NAME to one network
 * after the other, COUNT times, and disconnects it, on the host whose namespace it runs in. Writes into the log, line by
 * line, which addresses and port it has, and that it is about to give them back.
 */
import { appendFileSync } from 'node:fs';
import { Engine, Host, parsePortSpec } from '@tsnet/core';
import { SqliteStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import { BridgeDriver } from '../../src/bridge-driver.ts';

const [, , state = '', runDirectory = '', log = '', name = '', count = '0'] = process.argv;
const host = Host.open({ linux: openLinux(), runDirectory });
await using engine = new Engine({
  host,
  store: await SqliteStore.open(state),
  drivers: [BridgeDriver.open({ host })],
});
const sandbox = { kind: 'name', name } as const;
const networks = (await engine.listNetworks()).map((network) => network.name);
await engine.createSandbox(name);
const note = (verb: string, things: readonly string[]) =>
  appendFileSync(log, things.map((thing) => `${name} ${verb} ${thing}\n`).join(''));
let last: { readonly id: string; readonly things: readonly string[] } | undefined;
const leave = async () => {
  if (last === undefined) return;
  note('gives', last.things);
  await engine.disconnect(last.id);
};
for (let round = 0; round < Number(count); round++) {
  // Each begins elsewhere, and goes at its own pace: they meet. It is on the next network before it leaves the last.
  const network = networks[(process.pid + round) % networks.length] ?? '';
  const { id, addresses, ports } = await engine.connect({ network, sandbox, ports: [parsePortSpec('80')] });
  const things = [
    ...addresses.map(({ prefix }) => `${network} ${prefix.address}`),
    ...ports.map(({ hostPort }) => `port ${hostPort}`),
  ];
  note('has', things);
  await leave();
  last = { id, things };
}
await leave();
await engine.deleteSandbox(name);
