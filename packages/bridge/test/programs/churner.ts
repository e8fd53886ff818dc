/**
 * `churner.ts STATE RUN-DIRECTORY`: makes and takes away networks, sandboxes, endpoints and ports on the host whose
 * namespace it runs in, as fast as it can, until somebody kills it. Says `ready` when it begins.
 */
import { writeSync } from 'node:fs';
import { Engine, Host, parsePortSpec } from '@tsnet/core';
import { SqliteStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import { BridgeDriver } from '../../src/bridge-driver.ts';

const [, , state = '', runDirectory = ''] = process.argv;
const host = Host.open({ linux: openLinux(), runDirectory });
const engine = new Engine({
  host,
  store: await SqliteStore.open(state),
  drivers: [BridgeDriver.open({ host })],
});
writeSync(1, 'ready\n');
for (let round = 0; ; round++) {
  const network = `n${process.pid}-${round}`;
  const box = `s${process.pid}-${round}`;
  await engine.createNetwork({ name: network });
  await engine.createSandbox(box, { held: true });
  const sandbox = { kind: 'name', name: box } as const;
  const { id } = await engine.connect({ network, sandbox, ports: [parsePortSpec('80')] });
  await engine.publish(id, [parsePortSpec('81-83/udp')]);
  if (round % 2 === 0) await engine.disconnect(id);
  await engine.deleteSandbox(box);
  await engine.deleteNetwork(network, { force: true });
}
