import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { IpAddress, IpPrefix } from '@tsnet/inet';
import { openLinux } from '@tsnet/linux';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeQuery } from '../test/messages.ts';
import type { Forwarder } from './forwarder/forwarder.ts';
import { openDnsServer } from './server.ts';
import type { TcpLimits } from './tcp-listener.ts';
import { frameForTcp, TcpMessages } from './wire/tcp-messages.ts';
import { Zone } from './zone/zone.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const loopback = IpPrefix.parse('127.0.0.0/8');
/** Below the ports that the kernel chooses from. */
const port = 20_053;

function serve(tcp: Partial<TcpLimits>, forwarder?: Pick<Forwarder, 'forward'>): void {
  const zone = Zone.empty({ domain: 'demo.test', prefixes: [] }).with({
    id: '1',
    names: ['web'],
    addresses: [IpAddress.parse('10.1.0.2')],
  });
  const addresses = [IpAddress.parse('127.0.0.1')];
  const server = openDnsServer({
    linux: openLinux(),
    addresses,
    port,
    zone,
    clients: [loopback],
    tcp,
    forwarder,
  });
  closers.push(() => server.close());
}

async function client(): Promise<{ socket: Socket; received: Buffer[] }> {
  const socket = connect(port, '127.0.0.1');
  const messages = new TcpMessages(0xffff);
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(...(messages.add(chunk) ?? [])));
  socket.on('error', () => {});
  closers.push(() => socket.destroy());
  await once(socket, 'connect');
  return { socket, received };
}

const web = frameForTcp(encodeQuery('web.demo.test', 'A'));
const other = frameForTcp(encodeQuery('a.example', 'A'));

describe('a connection', () => {
  it('is answered for many queries at once, cut anywhere', async () => {
    serve({});
    const { socket, received } = await client();
    const all = Buffer.concat(Array.from({ length: 200 }, () => web));
    for (let at = 0; at < all.length; at += 77) socket.write(all.subarray(at, at + 77));
    await expect.poll(() => received.length).toBe(200);
  });

  it('that is silent ends, and so does one that announces what is no query', async () => {
    serve({ idleMs: 100 });
    const [idle, huge] = [await client(), await client()];
    huge.socket.write(Buffer.from([0xff, 0xff]));
    await Promise.all([once(idle.socket, 'close'), once(huge.socket, 'close')]);
    expect([idle.received, huge.received]).toEqual([[], []]);
  });

  it('is not read while too many of its queries wait for others', async () => {
    let asked = 0;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const forward = async () => {
      asked++;
      await held;
      return undefined;
    };
    serve({ underWay: 5 }, { forward });
    const { socket, received } = await client();
    for (let n = 0; n < 20; n++) socket.write(other);
    await expect.poll(() => asked).toBe(5);
    await wait(50);
    expect(asked).toBe(5);
    release();
    await expect.poll(() => received.length).toBe(20);
  });

  it('makes room for a new one if it has been silent longest', async () => {
    serve({ connections: 2 });
    const [first, second] = [await client(), await client()];
    first.socket.write(web);
    await expect.poll(() => first.received.length).toBe(1);
    const third = await client();
    await once(second.socket, 'close');
    for (const [{ socket, received }, answers] of [
      [first, 2],
      [third, 1],
    ] as const) {
      socket.write(web);
      await expect.poll(() => received.length).toBe(answers);
    }
  });
});
