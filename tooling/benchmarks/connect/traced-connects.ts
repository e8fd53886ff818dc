import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BridgeDriver } from '@tsnet/bridge';
import { Engine, Host, parsePortSpec } from '@tsnet/core';
import { IpPrefix } from '@tsnet/inet';
import { SqliteStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';

/*
 * node traced-connects.ts COUNT BEGIN END
 *
 * What strace watches: COUNT connects with a port, taken down in both ways. Looking for the files BEGIN and END, of
 * which there are none, marks in the trace where that starts and stops.
 */
const [count, begin = '', end = ''] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'tsnet-bench-'));
const host = Host.open({ linux: openLinux() });
const store = await SqliteStore.open(join(directory, 'state.db'));
const engine = new Engine({ host, store, drivers: [BridgeDriver.open({ host })] });
await engine.createNetwork({ name: 'bench', subnets: [{ prefix: IpPrefix.parse('10.0.0.0/16') }] });

existsSync(begin);
for (let index = 0; index < Number(count); index++) {
  const name = `s${index}`;
  const ports = [parsePortSpec(`${10_000 + index}:80/tcp`)];
  await engine.createSandbox(name);
  const { id } = await engine.connect({ network: 'bench', sandbox: { kind: 'name', name }, ports });
  if (index % 2 === 0) await engine.disconnect(id);
  await engine.deleteSandbox(name);
}
existsSync(end);

await engine.deleteNetwork('bench');
await engine.close();
rmSync(directory, { recursive: true });
