import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, oneConnection, placeOf } from '../../test/testing/ask.ts';
import { listenOnLoopback } from './listen-on-loopback.ts';
import type { Listener, ListenOptions, RequestHandler } from './listener.ts';

const options: ListenOptions = { maxConnections: 100, requestTimeout: 30, drainTimeout: 10 };
const anywhere = { host: '127.0.0.1', port: 0 };
const hello: RequestHandler = (_, response) => response.end('hello');

const toClose: Listener[] = [];
afterEach(async () => {
  for (const listener of toClose.splice(0)) await listener[Symbol.asyncDispose]();
});

async function listen(handler: RequestHandler, changes: Partial<ListenOptions> = {}) {
  const listener = await listenOnLoopback(anywhere, handler, { ...options, ...changes });
  toClose.push(listener);
  return { listener, place: placeOf(listener.address) };
}

/** Holds the answer to each request until it is told. */
function slowServer() {
  const held: ServerResponse[] = [];
  let arrived = () => {};
  const handler: RequestHandler = (_, response) => {
    held.push(response);
    arrived();
  };
  return {
    handler,
    held,
    next: () => new Promise<void>((resolve) => (arrived = resolve)),
  };
}

async function open(place: { host: string; port: string }): Promise<Socket> {
  const socket = connect(Number(place.port), place.host);
  await once(socket, 'connect');
  return socket;
}

/** Resolves when a close is well under way, and nothing but what is left of it remains. */
const turns = () => setTimeout(50);

describe('listenOnLoopback', () => {
  it.each(['127.0.0.1', '::1'])('answers on %s, and tells where that is', async (host) => {
    const listener = await listenOnLoopback({ host, port: 0 }, hello, options);
    toClose.push(listener);
    expect(listener.address).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/);
    expect(await ask(placeOf(listener.address))).toMatchObject({ status: 200, body: 'hello' });
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', 'localhost'])('does not listen on %s', async (host) => {
    await expect(listenOnLoopback({ host, port: 0 }, hello, options)).rejects.toMatchObject({
      code: 'DAEMON_NOT_LOOPBACK',
      kind: 'invalid',
    });
  });

  it('answers under the names of loopback only, whatever leads to it', async () => {
    const { place } = await listen(hello);
    const statusFor = async (host: string) => (await ask({ ...place, headers: { host } })).status;
    const own = ['localhost', `localhost:${place.port}`, '127.0.0.1:1', '[::1]', '[::1]:80'];
    expect(await Promise.all(own.map(statusFor))).toEqual(own.map(() => 200));
    const foreign = [
      'example.org',
      `example.org:${place.port}`,
      'localhost.example.org',
      '10.0.0.1',
      'a b',
      '::1',
    ];
    expect(await Promise.all(foreign.map(statusFor))).toEqual(foreign.map(() => 421));
  });

  it('names an address that is taken', async () => {
    const { place } = await listen(hello);
    const again = listenOnLoopback({ host: '127.0.0.1', port: Number(place.port) }, hello, options);
    await expect(again).rejects.toMatchObject({ kind: 'already-exists', subject: `127.0.0.1:${place.port}` });
  });

  it('closes connections beyond the most that there may be', async () => {
    const { place } = await listen(hello, { maxConnections: 1 });
    const first = await open(place);
    await expect(ask(place)).rejects.toMatchObject({ code: 'ECONNRESET' });
    first.destroy();
    await once(first, 'close');
    await expect.poll(async () => (await ask(place).catch(() => undefined))?.body).toBe('hello');
  });

  it('gives up a request that does not come to its end in time', async () => {
    const { place } = await listen((request) => request.resume(), { requestTimeout: 0.3 });
    const socket = await open(place);
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('408 Request Timeout');
  });
});

describe('a listener that closes', () => {
  it('lets running requests end, and tells their clients that the connection ends too', async () => {
    const server = slowServer();
    const { listener, place } = await listen(server.handler);
    const agent = oneConnection();
    const arrived = server.next();
    const answer = ask({ ...place, agent });
    await arrived;
    let isClosed = false;
    const closed = listener[Symbol.asyncDispose]().then(() => {
      isClosed = true;
    });
    await turns();
    expect(isClosed).toBe(false);
    await expect(ask(place)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    server.held[0]?.end('done');
    expect(await answer).toMatchObject({ body: 'done', headers: { connection: 'close' } });
    await closed;
  });

  it('ends a connection after an answer that had begun before', async () => {
    const server = slowServer();
    const { listener, place } = await listen(server.handler);
    const agent = oneConnection();
    const arrived = server.next();
    const answer = ask({ ...place, agent });
    await arrived;
    server.held[0]?.write('begun, ');
    const closed = listener[Symbol.asyncDispose]();
    await turns();
    const before = performance.now();
    server.held[0]?.end('done');
    expect((await answer).body).toBe('begun, done');
    await closed;
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it('ends connections at once that wait for their next request, or for their first', async () => {
    const { listener, place } = await listen(hello);
    const agent = oneConnection();
    await ask({ ...place, agent });
    const fresh = await open(place);
    const freshEnd = once(fresh.resume(), 'close');
    const before = performance.now();
    await listener[Symbol.asyncDispose]();
    await freshEnd;
    expect(performance.now() - before).toBeLessThan(1000);
    agent.destroy();
  });

  it('cuts off what runs on when the time to drain is over', async () => {
    const server = slowServer();
    const { listener, place } = await listen(server.handler, { drainTimeout: 0.2 });
    const arrived = server.next();
    const answer = ask(place).catch((error) => error);
    await arrived;
    const before = performance.now();
    await listener[Symbol.asyncDispose]();
    expect(performance.now() - before).toBeGreaterThan(150);
    expect(await answer).toMatchObject({ code: 'ECONNRESET' });
  });

  it('may be closed again', async () => {
    const { listener } = await listen(hello);
    await Promise.all([listener[Symbol.asyncDispose](), listener[Symbol.asyncDispose]()]);
    expect(await listener[Symbol.asyncDispose]()).toBeUndefined();
  });
});
