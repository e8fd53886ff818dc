/**
 * `connector.ts STATE RUN-DIRECTORY NAME COUNT`: an engine of its own that connects COUNT sandboxes, NAME0 and on,
 * to the network `web` of the host whose namespace it runs in, each with a port; then prints their addresses.
 */
import { Engine, Host, parsePortSpec } from '@tsnet/core';
import { SqliteStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import { BridgeDriver } from '../../src/bridge-driver.ts';

const [, , state = '', runDirectory = '', name = '', count = '0'] = process.argv;
const host = Host.open({ linux: openLinux(), runDirectory });
await using engine = new Engine({
  host,
  store: await SqliteStore.open(state),
  drivers: [BridgeDriver.open({ host })],
});
const addresses: string[] = [];
for (let index = 0; index < Number(count); index++) {
  const sandbox = `${name}${index}`;
  await engine.createSandbox(sandbox);
  const endpoint = await engine.connect({
    network: 'web',
    sandbox: { kind: 'name', name: sandbox },
    ports: [parsePortSpec('0:80')],
  });
  addresses.push(...endpoint.addresses.map(({ prefix }) => `${prefix.address}`));
}
process.stdout.write(JSON.stringify(addresses));
