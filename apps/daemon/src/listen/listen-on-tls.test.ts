import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ask, placeOf } from '../../test/testing/ask.ts';
import { Authority, type Identity, secretsOf } from '../../test/testing/certificates.ts';
import { listenOnTls, type TlsListener } from './listen-on-tls.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsnetd-tls-'));
afterAll(() => rmSync(directory, { recursive: true }));

const authority = new Authority(directory, 'clients');
const other = new Authority(directory, 'strangers');
const server = authority.issue('server');
const client = authority.issue('client');
const ca = readFileSync(authority.cert, 'utf8');

const toClose: TlsListener[] = [];
afterEach(async () => {
  for (const listener of toClose.splice(0)) await listener[Symbol.asyncDispose]();
});

/** Listens, and counts the requests that come through. */
async function listen({ cert, key }: Identity = server, clientCa = authority.cert) {
  const seen: string[] = [];
  const failures: unknown[] = [];
  const listener = await listenOnTls(
    { host: '127.0.0.1', port: 0, tls: { certificate: cert, key, clientCa } },
    (request, response) => {
      seen.push(request.url ?? '');
      response.end('hello');
    },
    {
      maxConnections: 100,
      requestTimeout: 30,
      drainTimeout: 10,
      onReloadFailure: (error) => failures.push(error),
    },
  );
  toClose.push(listener);
  return { listener, seen, failures, place: placeOf(listener.address) };
}

describe('listenOnTls', () => {
  it('answers a client with a certificate of its CA', async () => {
    const { listener, place } = await listen();
    expect(listener.address).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(await ask({ ...place, ca, ...secretsOf(client) })).toMatchObject({ status: 200, body: 'hello' });
  });

  it.each<[string, Identity | undefined]>([
    ['without a certificate', undefined],
    ['with a certificate of another CA', other.issue('stranger')],
    ['with a certificate that it signed itself', other],
    ['with a certificate that has ended', authority.issue('late', { expired: true })],
  ])('refuses a client %s before any request of it is read', async (_, identity) => {
    const { place, seen } = await listen();
    const secrets = identity === undefined ? {} : secretsOf(identity);
    await expect(ask({ ...place, ca, ...secrets })).rejects.toMatchObject({
      code: expect.stringMatching(/^(ERR_SSL_.*|ECONNRESET|EPIPE)$/),
    });
    expect(seen).toEqual([]);
  });

  it('does not speak TLS below 1.3, nor plain HTTP', async () => {
    const { place, seen } = await listen();
    const old = { ...place, ca, ...secretsOf(client), maxVersion: 'TLSv1.2' } as const;
    await expect(ask(old)).rejects.toThrow(/protocol version/);
    await expect(ask({ ...place, protocol: 'http:' })).rejects.toMatchObject({
      code: expect.stringMatching(/^(ECONNRESET|HPE_INVALID_CONSTANT)$/),
    });
    expect(seen).toEqual([]);
  });

  it('looks at the certificate of each connection, and takes none for known', async () => {
    const { place } = await listen();
    const options = { host: place.host, port: Number(place.port), ca, ...secretsOf(client) };
    const first = connectTls(options);
    const remembered = once(first, 'session');
    first.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n').resume();
    const [session] = await remembered;
    const second = connectTls({ ...options, session });
    await once(second, 'secureConnect');
    expect(second.isSessionReused()).toBe(false);
    second.destroy();
  });

  it('ends handshakes that have not come to their end when it closes', async () => {
    const { listener, place } = await listen();
    const silent = connectTcp(Number(place.port), place.host);
    await once(silent, 'connect');
    await setTimeout(50);
    const before = performance.now();
    await listener[Symbol.asyncDispose]();
    expect(performance.now() - before).toBeLessThan(1000);
    silent.destroy();
  });

  it('reads its files again when it is told to', async () => {
    const trusted = join(directory, 'trusted.pem');
    copyFileSync(authority.cert, trusted);
    const { listener, place } = await listen(server, trusted);
    const stranger = { ...place, ca, ...secretsOf(other.issue('later')) };
    await expect(ask(stranger)).rejects.toThrow();
    writeFileSync(trusted, readFileSync(other.cert));
    listener.reload();
    expect((await ask(stranger)).body).toBe('hello');
    await expect(ask({ ...place, ca, ...secretsOf(client) })).rejects.toThrow();
  });

  it('reads its files again by itself when others take their place, as those who renew certificates do', async () => {
    const own = { cert: join(directory, 'own.pem'), key: join(directory, 'own.key') };
    copyFileSync(server.cert, own.cert);
    copyFileSync(server.key, own.key);
    const { place, failures } = await listen(own);
    const renewed = authority.issue('renewed');
    renameSync(renewed.cert, own.cert);
    renameSync(renewed.key, own.key);
    await expect.poll(() => nameOfServer(place), { timeout: 5000 }).toBe('renewed');
    expect(failures).toEqual([]);
  });

  it('stays with what it has where the new files cannot be used, and tells so', async () => {
    const own = { cert: join(directory, 'good.pem'), key: join(directory, 'good.key') };
    copyFileSync(server.cert, own.cert);
    copyFileSync(server.key, own.key);
    const { listener, place, failures } = await listen(own);
    writeFileSync(own.cert, 'no certificate');
    const failure = { code: 'DAEMON_TLS_FILE', subject: `certificate ${own.cert}` };
    await expect.poll(() => failures, { timeout: 5000 }).toEqual([expect.objectContaining(failure)]);
    expect(() => listener.reload()).toThrow(expect.objectContaining(failure));
    expect(await nameOfServer(place)).toBe('server');
  });

  it('names a file that it cannot use', async () => {
    const empty = join(directory, 'empty.pem');
    writeFileSync(empty, '');
    const absent = join(directory, 'absent.pem');
    const cases = [
      [{ ...server, cert: absent }, 'not-found', absent],
      [{ ...server, key: absent }, 'not-found', absent],
      [{ ...server, cert: empty }, 'invalid', empty],
      [{ ...server, key: empty }, 'invalid', empty],
      [{ ...server, key: client.key }, 'invalid', client.key],
    ] as const;
    for (const [identity, kind, file] of cases) {
      await expect(listen(identity)).rejects.toMatchObject({ kind, subject: expect.stringContaining(file) });
    }
    await expect(listen(server, empty)).rejects.toMatchObject({
      kind: 'invalid',
      subject: `CA of clients ${empty}`,
    });
  });
});

/** The name in the certificate that a new connection is shown. */
async function nameOfServer({ host, port }: { host: string; port: string }): Promise<unknown> {
  const socket = connectTls({ host, port: Number(port), ca, ...secretsOf(client) });
  await once(socket, 'secureConnect');
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}
