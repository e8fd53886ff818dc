import { BridgeDriver } from '@tsnet/bridge';
import { Engine, Host, parsePortSpec } from '@tsnet/core';
import { MemoryStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import { listenOnSocket } from '../../src/listen/listen-on-socket.ts';

/*
 * work-of-a-host.ts PID PATH SOCKET: does once each thing that a daemon does, and prints as JSON what came of each: "done", or
 * what went wrong. PID has a network namespace and another user, PATH is one in a directory of another user.
 */
const [pid = '', path = '', socket = ''] = process.argv.slice(2);
const outcomes: Record<string, string> = {};

async function attempt<T>(what: string, act: () => Promise<T>): Promise<T | undefined> {
  try {
    const result = await act();
    outcomes[what] = 'done';
    return result;
  } catch (error) {
    outcomes[what] = error instanceof Error ? error.message : String(error);
    return undefined;
  }
}

const linux = openLinux();
await attempt('listen', async () => {
  const config = { path: socket, mode: 0o660, group: 'daemon' };
  const options = { maxConnections: 10, requestTimeout: 10, drainTimeout: 1 };
  const listener = await listenOnSocket(linux, config, (_, response) => response.end(), options);
  await listener[Symbol.asyncDispose]();
});
const opened = await attempt('open the host', async () => {
  const host = Host.open({ linux });
  return new Engine({ host, store: new MemoryStore(), drivers: [BridgeDriver.open({ host })] });
});
if (opened !== undefined) {
  await using engine = opened;
  const network = 'web';
  const named = { kind: 'name', name: 'box' } as const;
  await attempt('create a network behind iptables', () =>
    engine.createNetwork({ name: network, firewall: 'iptables' }),
  );
  await attempt('create a namespace', () => engine.createSandbox('box'));
  const endpoint = await attempt('connect a name', () => engine.connect({ network, sandbox: named }));
  await attempt('connect a process of another user', () =>
    engine.connect({ network, sandbox: { kind: 'pid', pid: Number(pid) } }),
  );
  await attempt('connect a path of another user', () =>
    engine.connect({ network, sandbox: { kind: 'path', path } }),
  );
  await attempt('publish a low port', () => engine.publish(endpoint?.id ?? '', [parsePortSpec('80:80')]));
  await attempt('announce', () => engine.settled());
  await attempt('reconcile', () => engine.reconcile());
  await attempt('delete a network', () => engine.deleteNetwork(network, { force: true }));
  await attempt('delete a namespace', () => engine.deleteSandbox('box'));
}
console.log(JSON.stringify(outcomes));
