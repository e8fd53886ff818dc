import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { etagOf, openClient, problemOf, RemoteError, UnreachableError } from '@tsnet/api';
import { TsnetError } from '@tsnet/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let directory: string;
let socket: string;
let server: Server | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tsnet-api-'));
  socket = join(directory, 'tsnet.sock');
});

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
  rmSync(directory, { recursive: true });
});

type Answer = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

/** Answers requests on the socket; returns those that came. */
async function serve(answer: Answer): Promise<IncomingMessage[]> {
  const requests: IncomingMessage[] = [];
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server?.listen(socket, resolve));
  return requests;
}

function json(response: ServerResponse, status: number, document: unknown, headers = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(document));
}

const unavailable = problemOf(
  new TsnetError({ code: 'X', kind: 'unavailable', operation: 'answer', subject: '', reason: 'busy' }),
);

describe('a call', () => {
  it('resolves to what was answered, with its ETag', async () => {
    await serve((_, response) => json(response, 200, { name: 'web' }, { etag: '"1"' }));
    await using client = openClient({ socket });
    const network = await client.getNetwork({ network: 'web' });
    expect(network).toEqual({ name: 'web' });
    expect(etagOf(network)).toBe('"1"');
  });

  it('throws the error that was answered', async () => {
    const error = new TsnetError({
      code: 'CORE_NETWORK_NOT_FOUND',
      kind: 'not-found',
      operation: 'find network',
      subject: '"x"',
      reason: 'there is no such network',
      hint: 'List them.',
    });
    await serve((_, response) => json(response, 404, problemOf(error, 'r1')));
    await using client = openClient({ socket });
    const thrown = await client.getNetwork({ network: 'x' }).catch((caught: unknown) => caught);
    expect(thrown).toBeInstanceOf(RemoteError);
    expect(thrown).toMatchObject({ ...error.toJSON(), status: 404, requestId: 'r1' });
  });

  it('says that nobody is there, and what to do', async () => {
    await using client = openClient({ socket, attempts: 1 });
    const thrown = await client.listNetworks().catch((caught: unknown) => caught);
    expect(thrown).toBeInstanceOf(UnreachableError);
    expect(thrown).toMatchObject({ kind: 'unavailable', code: 'API_UNREACHABLE', hint: expect.any(String) });
  });

  it('says that what answers does not speak the API', async () => {
    await serve((_, response) => response.end('<html>'));
    await using client = openClient({ socket });
    await expect(client.listNetworks()).rejects.toMatchObject({ code: 'API_UNEXPECTED_ANSWER' });
  });

  it('ends with its signal', async () => {
    await serve(() => {});
    await using client = openClient({ socket });
    const signal = AbortSignal.timeout(50);
    await expect(client.listNetworks({}, { signal })).rejects.toMatchObject({ kind: 'aborted' });
  });
});

describe('a call whose answer is lost', () => {
  const answerThird: Answer = (request, response, attempt) => {
    if (attempt === 1) request.socket.destroy();
    else if (attempt === 2) json(response, 503, unavailable);
    else json(response, 200, { items: [], next: null });
  };

  it('is sent again when it reads', async () => {
    const requests = await serve(answerThird);
    await using client = openClient({ socket });
    expect(await client.listNetworks()).toEqual({ items: [], next: null });
    expect(requests).toHaveLength(3);
  });

  it('is sent again under one key when it creates', async () => {
    const requests = await serve(answerThird);
    await using client = openClient({ socket });
    await client.connect({ network: 'web', sandbox: 'app' });
    const keys = requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(3);
  });

  it('is not sent again when that may do it twice', async () => {
    const requests = await serve(answerThird);
    await using client = openClient({ socket });
    await expect(client.disconnect({ endpoint: 'x' })).rejects.toMatchObject({ code: 'API_UNREACHABLE' });
    expect(requests).toHaveLength(1);
  });

  it('gives up after as many attempts as were asked for', async () => {
    const requests = await serve((_, response) => json(response, 503, unavailable));
    await using client = openClient({ socket, attempts: 2 });
    await expect(client.listNetworks()).rejects.toMatchObject({ status: 503, code: 'X' });
    expect(requests).toHaveLength(2);
  });

  it('is not tried again when it was refused', async () => {
    const refused = { ...unavailable, status: 409, kind: 'conflict' };
    const requests = await serve((_, response) => json(response, 409, refused));
    await using client = openClient({ socket });
    await expect(client.createNetwork({ name: 'web' })).rejects.toMatchObject({ kind: 'conflict' });
    expect(requests).toHaveLength(1);
  });
});

describe('iterate', () => {
  it('asks for page after page', async () => {
    const requests = await serve(({ url }, response) => {
      const cursor = new URL(url ?? '', 'http://x').searchParams.get('cursor');
      json(response, 200, { items: [cursor ?? 'first'], next: cursor === 'b' ? null : cursor ? 'b' : 'a' });
    });
    await using client = openClient({ socket });
    const items: unknown[] = [];
    for await (const item of client.iterate('listEndpoints', { network: 'web' })) items.push(item);
    expect(items).toEqual(['first', 'a', 'b']);
    for (const { url } of requests) expect(url).toContain('network=web');
  });
});

describe('events', () => {
  const event = (id: string, name: string) => `event: network.ready\nid: ${id}\ndata: {"name":"${name}"}\n\n`;

  it('go on behind the last one when the connection ends', async () => {
    const requests = await serve((_, response, attempt) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (attempt === 1) response.end(`${event('1', 'a')}event: mark\nid: 5\ndata: {}\n\n`);
      else response.write(event('6', 'b'));
    });
    await using client = openClient({ socket });
    const names: unknown[] = [];
    for await (const { id, type, data } of client.events({ types: ['network'], network: 'n' })) {
      names.push([id, type, data]);
      if (names.length === 2) break;
    }
    expect(names).toEqual([
      ['1', 'network.ready', { name: 'a' }],
      ['6', 'network.ready', { name: 'b' }],
    ]);
    expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '5']);
    expect(requests[0]?.url).toBe('/v1/events?types=network&network=n');
  });

  it('end with their signal, and with an error when nobody is there', async () => {
    const stop = new AbortController();
    await using client = openClient({ socket });
    await expect(client.events().next()).rejects.toMatchObject({ code: 'API_UNREACHABLE' });
    await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    const events = client.events({ signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('end with their client, which answers no more calls', async () => {
    await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    const client = openClient({ socket });
    const events = client.events();
    setTimeout(() => client.close(), 50);
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await expect(client.listNetworks()).rejects.toMatchObject({ code: 'API_CLOSED' });
  });
});
