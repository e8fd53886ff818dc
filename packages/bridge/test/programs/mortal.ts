/**
 * `mortal.ts STATE RUN-DIRECTORY SANDBOX STEP`: takes a network and an endpoint through their whole lives on the
 * host whose namespace it runs in, and kills itself after as many steps as STEP says. With 0 it lives to the end. Prints
 * each step before.
 */
import { writeSync } from 'node:fs';
import { Engine, Host, parsePortSpec } from '@tsnet/core';
import { IpPrefix } from '@tsnet/inet';
import { SqliteStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import { BridgeDriver } from '../../src/bridge-driver.ts';

const [, , state = '', runDirectory = '', name = '', last = ''] = process.argv;
const host = Host.open({ linux: openLinux(), runDirectory });
let count = 0;
await using engine = new Engine({
  host,
  store: await SqliteStore.open(state),
  drivers: [BridgeDriver.open({ host })],
  onStep: (step) => {
    writeSync(1, `${step.name}\n`);
    count += 1;
    if (count === Number(last)) process.kill(process.pid, 'SIGKILL');
  },
});
const sandbox = { kind: 'name', name } as const;
const subnets = ['10.66.0.0/24', 'fd66::/64'].map((text) => ({ prefix: IpPrefix.parse(text) }));
await engine.createNetwork({ name: 'doomed', subnets });
const { id } = await engine.connect({ network: 'doomed', sandbox, ports: [parsePortSpec('6666:80')] });
const more = [parsePortSpec('6667-6669:80-82/udp')];
await engine.publish(id, more);
await engine.unpublish(id, more);
await engine.disconnectSandbox('doomed', sandbox);
await engine.connect({ network: 'doomed', sandbox, ports: more });
await engine.deleteNetwork('doomed', { force: true });
