import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { openLinux } from '@tsnet/linux';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import type { DaemonConfig, TcpConfig } from '../../src/config/daemon-config.ts';
import { openListeners } from '../../src/listen/open-listeners.ts';
import { ask, placeOf } from '../testing/ask.ts';
import { Authority, secretsOf } from '../testing/certificates.ts';

const context = { linux: openLinux(), environment: {}, onReloadFailure: () => {} };

function configOf(tcp: TcpConfig | undefined): DaemonConfig {
  const path = join(mkdtempSync('/run/listeners-'), 'tsnet.sock');
  return {
    stateDir: '/run/state',
    socket: { path, mode: 0o660, group: 'tsnet' },
    tcp,
    repair: true,
    log: { level: 'info' },
    metrics: true,
    docs: true,
    limits: { maxBodyBytes: 1024, maxConnections: 10, requestTimeout: 5 },
    drainTimeout: 1,
  };
}

const open = (config: DaemonConfig) => openListeners(config, (_, response) => response.end('hello'), context);

describeKernel('openListeners', { needs: ['netns'] }, () => {
  it('listens on the unix socket alone by default, and closes it', async () => {
    const config = configOf(undefined);
    const listeners = await open(config);
    expect(listeners.addresses).toEqual([`unix:${config.socket.path}`]);
    expect((await ask({ socketPath: config.socket.path })).body).toBe('hello');
    listeners.reload();
    await listeners[Symbol.asyncDispose]();
    await listeners[Symbol.asyncDispose]();
    expect(existsSync(config.socket.path)).toBe(false);
  });

  it('listens over plain TCP on loopback', async () => {
    await using listeners = await open(configOf({ host: '127.0.0.1', port: 0, tls: undefined }));
    expect((await ask(placeOf(listeners.addresses[1] ?? ''))).body).toBe('hello');
  });

  it('listens over TLS, and reads certificates again when told to', async () => {
    const authority = new Authority(mkdtempSync('/run/certificates-'), 'ca');
    const { cert: certificate, key } = authority.issue('server');
    const tls = { certificate, key, clientCa: authority.cert };
    await using listeners = await open(configOf({ host: '127.0.0.1', port: 0, tls }));
    listeners.reload();
    const { cert: ca } = secretsOf(authority);
    const client = secretsOf(authority.issue('client'));
    expect((await ask({ ...placeOf(listeners.addresses[1] ?? ''), ca, ...client })).body).toBe('hello');
  });

  it('leaves nothing open when one of them fails', async () => {
    const config = configOf({ host: '10.255.0.1', port: 1, tls: undefined });
    await expect(open(config)).rejects.toMatchObject({ code: 'DAEMON_NOT_LOOPBACK' });
    expect(existsSync(config.socket.path)).toBe(false);
    expect(existsSync(`${config.socket.path}.lock`)).toBe(false);
  });
});
