import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, decode, encode } from 'dns-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataOf, decodeAnswer, encodeQuery } from '../../test/messages.ts';
import { readQuery } from '../wire/query.ts';
import { frameForTcp, TcpMessages } from '../wire/tcp-messages.ts';
import { type ForwarderOptions, openForwarder } from './forwarder.ts';
import { parseNameServers } from './resolv-conf.ts';

const closers: (() => void)[] = [];
let directory = '';
let resolvConf = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tsnet-dns-'));
  resolvConf = join(directory, 'resolv.conf');
});

afterEach(() => {
  for (const close of closers.splice(0)) close();
  rmSync(directory, { recursive: true });
});

type Responder = (message: Buffer, socket: Socket, from: RemoteInfo) => void;

/** A resolver on loopback, whose port is chosen by the kernel unless one is given. */
async function resolver(address: string, respond: Responder, port = 0): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => respond(message, socket, from));
  closers.push(() => socket.close());
  await new Promise<void>((resolve) => socket.bind(port, address, resolve));
  return socket.address().port;
}

function response(message: Buffer, address: string, more: object = {}): Buffer {
  const { id, questions } = decode(message);
  const record: Answer = { type: 'A', name: 'a.example', ttl: 5, data: address };
  return encode({ type: 'response', id, questions, answers: [record], ...more });
}

/** Answers everything with one address, and counts. */
function answering(address: string): { asked: number; respond: Responder } {
  const it = {
    asked: 0,
    respond: (message: Buffer, socket: Socket, from: RemoteInfo) => {
      it.asked++;
      socket.send(response(message, address), from.port, from.address);
    },
  };
  return it;
}

function silent(): { asked: number; respond: Responder } {
  const it = { asked: 0, respond: () => void it.asked++ };
  return it;
}

function open(servers: readonly string[], options: ForwarderOptions) {
  writeFileSync(resolvConf, servers.map((server) => `nameserver ${server}\n`).join(''));
  const forwarder = openForwarder({ resolvConf, timeoutMs: 200, probeMs: 50, ...options });
  closers.push(() => forwarder.close());
  const ask = async () => {
    const message = encodeQuery('a.example', 'A');
    const query = readQuery(message);
    if (query === undefined || 'rcode' in query) throw new Error('the query is none');
    const answer = await forwarder.forward(message, query);
    return answer && dataOf(decodeAnswer(answer));
  };
  return { forwarder, ask };
}

describe('the name servers of a resolv.conf', () => {
  it('are its first three addresses', () => {
    const text =
      '# nameserver 9.9.9.9\nnameserver 10.0.0.1\nsearch x\nnameserver\tfe80::1%eth0\n nameserver ::1 \n';
    expect(parseNameServers(text)).toEqual(['10.0.0.1', 'fe80::1%eth0', '::1']);
    expect(parseNameServers(`${text}nameserver 10.0.0.2\nnameserver no`)).toHaveLength(3);
    expect(parseNameServers('nameserver example.com\nnameserver')).toEqual([]);
  });
});

describe('a forwarder', () => {
  it('gives the answer of the first resolver', async () => {
    const { ask, forwarder } = open(['127.0.0.1'], {
      port: await resolver('127.0.0.1', answering('192.0.2.1').respond),
    });
    expect(await ask()).toEqual(['192.0.2.1']);
    expect(forwarder.underWay).toBe(0);
  });

  it('passes over answers with another id or question, and what is no answer', async () => {
    const port = await resolver('127.0.0.1', (message, socket, from) => {
      const { id = 0 } = decode(message);
      const wrong = [
        response(message, '192.0.2.66', { id: id ^ 1 }),
        response(message, '192.0.2.66', { questions: [{ type: 'A', name: 'b.example' }] }),
        response(message, '192.0.2.66', { type: 'query' }),
        Buffer.from('nonsense'),
        Buffer.alloc(0),
      ];
      for (const bytes of [...wrong, response(message, '192.0.2.1')])
        socket.send(bytes, from.port, from.address);
    });
    expect(await open(['127.0.0.1'], { port }).ask()).toEqual(['192.0.2.1']);
  });

  it('asks with ids and ports that cannot be foreseen', async () => {
    const seen: { id: number; port: number }[] = [];
    const port = await resolver('127.0.0.1', (message, socket, from) => {
      seen.push({ id: message.readUInt16BE(0), port: from.port });
      socket.send(response(message, '192.0.2.1'), from.port, from.address);
    });
    const { ask } = open(['127.0.0.1'], { port });
    for (let n = 0; n < 20; n++) await ask();
    expect(new Set(seen.map(({ id }) => id)).size).toBeGreaterThan(15);
    expect(new Set(seen.map((from) => from.port)).size).toBeGreaterThan(15);
  });

  it('pays one time-out for a resolver that is silent, also when many ask at once', async () => {
    const [dead, alive] = [silent(), answering('192.0.2.2')];
    const port = await resolver('127.0.0.1', dead.respond);
    await resolver('127.0.0.2', alive.respond, port);
    const { ask } = open(['127.0.0.1', '127.0.0.2'], { port, probeMs: 60_000 });
    const start = performance.now();
    const answers = await Promise.all(Array.from({ length: 50 }, ask));
    expect(answers.every((answer) => String(answer) === '192.0.2.2')).toBe(true);
    expect(performance.now() - start).toBeGreaterThan(190);
    const later = performance.now();
    for (let n = 0; n < 20; n++) expect(await ask()).toEqual(['192.0.2.2']);
    expect(performance.now() - later).toBeLessThan(190);
    expect(dead.asked).toBe(50);
  });

  it('says at once that nobody is there, and finds out when somebody is again', async () => {
    const alive = answering('192.0.2.1');
    let isAlive = false;
    const port = await resolver('127.0.0.1', (...asked) => isAlive && alive.respond(...asked));
    const { ask } = open(['127.0.0.1'], { port });
    expect(await ask()).toBeUndefined();
    const start = performance.now();
    expect(await ask()).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(100);
    isAlive = true;
    await expect.poll(ask, { timeout: 5000 }).toEqual(['192.0.2.1']);
  });

  it('does not wait where no program listens', async () => {
    const { ask } = open(['127.0.0.1'], { port: 9, timeoutMs: 5000 });
    const start = performance.now();
    expect(await ask()).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('keeps a resolver that is slow with one name and answers others', async () => {
    const alive = answering('192.0.2.1');
    let first = true;
    const port = await resolver('127.0.0.1', (...asked) => {
      if (!first) alive.respond(...asked);
      first = false;
    });
    const { ask } = open(['127.0.0.1'], { port, probeMs: 60_000 });
    const slow = ask();
    await wait(50);
    expect(await ask()).toEqual(['192.0.2.1']);
    expect(await slow).toBeUndefined();
    expect(await ask()).toEqual(['192.0.2.1']);
  });

  it('asks the next one where the first cannot help', async () => {
    const port = await resolver('127.0.0.1', (message, socket, from) => {
      socket.send(response(message, '192.0.2.66', { flags: 2 }), from.port, from.address);
    });
    await resolver('127.0.0.2', answering('192.0.2.2').respond, port);
    expect(await open(['127.0.0.1', '127.0.0.2'], { port }).ask()).toEqual(['192.0.2.2']);
  });

  it('asks over TCP for what has no room in a datagram', async () => {
    const port = await resolver('127.0.0.1', (message, socket, from) => {
      socket.send(response(message, '192.0.2.66', { flags: 0x200, answers: [] }), from.port, from.address);
    });
    const server = createServer((socket) => {
      const messages = new TcpMessages(0xffff);
      socket.on('data', (chunk: Buffer) => {
        for (const message of messages.add(chunk) ?? []) {
          const framed = frameForTcp(response(message, '192.0.2.1'));
          socket.write(framed.subarray(0, 7));
          setTimeout(() => socket.write(framed.subarray(7)), 10);
        }
      });
    });
    closers.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect(await open(['127.0.0.1'], { port }).ask()).toEqual(['192.0.2.1']);
  });

  it('follows the file, and asks nobody that is one of ours', async () => {
    const port = await resolver('127.0.0.1', answering('192.0.2.1').respond);
    await resolver('127.0.0.2', answering('192.0.2.2').respond, port);
    const own = answering('192.0.2.3');
    await resolver('127.0.0.3', own.respond, port);
    const { ask } = open(['127.0.0.3', '127.0.0.1'], { port, isOwn: (address) => address === '127.0.0.3' });
    expect(await ask()).toEqual(['192.0.2.1']);
    rmSync(resolvConf);
    await expect.poll(ask, { timeout: 5000 }).toBeUndefined();
    writeFileSync(resolvConf, 'nameserver 127.0.0.2\n');
    await expect.poll(ask, { timeout: 5000 }).toEqual(['192.0.2.2']);
    expect(own.asked).toBe(0);
  });

  it('has a limit to the questions under way, and leaves none behind when it closes', async () => {
    const dead = silent();
    const port = await resolver('127.0.0.1', dead.respond);
    const { ask, forwarder } = open(['127.0.0.1'], { port, limit: 10, timeoutMs: 60_000 });
    const asked = Array.from({ length: 25 }, ask);
    expect(forwarder.underWay).toBe(10);
    await expect.poll(() => dead.asked).toBe(10);
    forwarder.close();
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 25 }, () => undefined));
    expect(forwarder.underWay).toBe(0);
  });
});
