import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DaemonConfig } from './daemon-config.ts';
import { ConfigFileError, ConfigLanguageError, InvalidConfigError } from './errors.ts';
import { formatConfig } from './format-config.ts';
import { loadConfig } from './load-config.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsnetd-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

const defaults: DaemonConfig = {
  stateDir: '/var/lib/tsnet',
  socket: { path: '/run/tsnet/tsnet.sock', mode: 0o660, group: 'tsnet' },
  tcp: undefined,
  repair: true,
  log: { level: 'info' },
  metrics: true,
  docs: true,
  limits: { maxBodyBytes: 1_048_576, maxConnections: 1024, requestTimeout: 30 },
  drainTimeout: 10,
};

function write(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

const load = (file: string | undefined, flags = {}) => loadConfig({ file, flags }, join(directory, 'absent'));

/** What is wrong with a file: `LINE FIELD: reason`, and the hints. */
async function faults(name: string, text: string): Promise<readonly string[]> {
  try {
    await load(write(name, text));
  } catch (error) {
    if (!(error instanceof InvalidConfigError)) throw error;
    return error.errors.map(({ line, reason, hint }) => `${line ?? '-'} ${reason} | ${hint ?? '-'}`);
  }
  return [];
}

describe('loadConfig', () => {
  it('needs no file', async () => {
    expect(await load(undefined)).toEqual(defaults);
  });

  it('reads the default file where it is there', async () => {
    const file = write('default.toml', 'docs = false\n');
    expect(await loadConfig({ file: undefined, flags: {} }, file)).toEqual({ ...defaults, docs: false });
  });

  it.each([
    [
      'full.toml',
      'stateDir = "/srv"\ndrainTimeout = 2.5\n[socket]\nmode = "600"\ngroup = "ops"\n[limits]\nmaxBodyBytes = 2048\n',
    ],
    [
      'full.yaml',
      'stateDir: /srv\ndrainTimeout: 2.5\nsocket: {mode: "600", group: ops}\nlimits:\n  maxBodyBytes: 2048\n',
    ],
    [
      'full.YML',
      'stateDir: /srv\ndrainTimeout: 2.5\nsocket: {mode: "600", group: ops}\nlimits: {maxBodyBytes: 2048}\n',
    ],
  ])('reads %s, and fills in what it leaves out', async (name, text) => {
    expect(await load(write(name, text))).toEqual({
      ...defaults,
      stateDir: '/srv',
      drainTimeout: 2.5,
      socket: { ...defaults.socket, mode: 0o600, group: 'ops' },
      limits: { ...defaults.limits, maxBodyBytes: 2048 },
    });
  });

  it.each(['empty.toml', 'empty.yaml'])('takes all defaults from %s', async (name) => {
    expect(await load(write(name, '# nothing\n'))).toEqual(defaults);
  });

  it('lets flags win over the file', async () => {
    const file = write(
      'flags.toml',
      'stateDir = "/srv"\nrepair = true\n[log]\nlevel = "warn"\n[socket]\npath = "/a"\n',
    );
    const flags = { stateDir: '/x', socketPath: '/y', repair: false, logLevel: 'debug' } as const;
    expect(await load(file, flags)).toEqual({
      ...defaults,
      stateDir: '/x',
      socket: { ...defaults.socket, path: '/y' },
      repair: false,
      log: { level: 'debug' },
    });
  });

  it.each(['toml', 'json'] as const)('reads back what formatConfig writes in %s', async (language) => {
    const tls = { certificate: '/c', key: '/k', clientCa: '/a' };
    for (const tcp of [
      undefined,
      { host: '::1', port: 1, tls: undefined },
      { host: '10.0.0.1', port: 2, tls },
    ]) {
      const config = { ...defaults, repair: false, tcp };
      // JSON is YAML.
      const name = language === 'json' ? 'back.yaml' : 'back.toml';
      expect(await load(write(name, formatConfig(config, language)))).toEqual(config);
    }
  });

  it.each([
    [
      'TOML',
      'wrong.toml',
      'stateDir = "srv"\nstatedir = "/srv"\n\n[socket]\nmode = 0o660\n[log]\nlevel = "loud"\n[limits]\nmaxBodyBytes = 1\nmaxConnections = 0\nrequestTimeout = -1\n[tcp]\nhost = "example.org"\n',
    ],
    [
      'YAML',
      'wrong.yaml',
      'stateDir: srv\nstatedir: /srv\n\nsocket:\n  mode: 0660\nlog:\n  level: loud\nlimits:\n  maxBodyBytes: 1\n  maxConnections: 0\n  requestTimeout: -1\ntcp:\n  host: example.org\n',
    ],
  ])(
    'tells all that is wrong in %s: the line, the setting, why, and what to write',
    async (_, name, text) => {
      expect(await faults(name, text)).toMatchSnapshot();
    },
  );

  it.each([
    ['syntax.toml', 'docs = true\nstateDir = \n'],
    ['twice.toml', 'docs = true\ndocs = false\n'],
    ['syntax.yaml', 'docs: true\nsocket: {mode: "0660"\n'],
    ['documents.yaml', 'docs: true\n---\ndocs: false\n'],
    ['alias.yaml', 'docs: *nothing\n'],
    ['list.yaml', '- docs\n'],
    ['null.yaml', 'socket:\n'],
  ])('tells where %s cannot be read', async (name, text) => {
    expect(await faults(name, text)).toMatchSnapshot();
  });

  it.each(['0666', '0661', '777', '0o660', '66', 'rw-rw----'])('refuses mode "%s"', async (mode) => {
    expect(await faults('mode.toml', `[socket]\nmode = "${mode}"\n`)).toHaveLength(1);
  });

  it('refuses a path that no socket can have', async () => {
    expect(await faults('path.toml', `socket.path = "/${'x'.repeat(107)}"\n`)).toEqual([
      "1 socket.path: it has 108 bytes, and a socket's path has at most 107 | -",
    ]);
    expect(await faults('path.toml', 'socket.path = "/run/"\n')).toEqual([
      '1 socket.path: it names a directory | -',
    ]);
  });

  it('does not take names that every object has for settings', async () => {
    expect(
      await faults('names.yaml', 'constructor: 1\n"__proto__": {docs: false}\ntoString: x\n'),
    ).toHaveLength(3);
  });

  it('says which file is not there, and that none is needed', async () => {
    const file = join(directory, 'gone.toml');
    await expect(load(file)).rejects.toThrow(ConfigFileError);
    await expect(load(file)).rejects.toMatchObject({
      kind: 'not-found',
      subject: file,
      hint: expect.stringContaining('no file'),
    });
  });

  it('refuses a directory, and a file whose name does not tell its language', async () => {
    await expect(load(directory)).rejects.toMatchObject({ kind: 'invalid' });
    await expect(load(write('tsnetd.conf', ''))).rejects.toThrow(ConfigLanguageError);
  });

  it('does not go on without a default file that it may not read', async () => {
    const file = write('secret.toml', '');
    chmodSync(file, 0);
    const uid = process.geteuid?.() ?? 0;
    process.seteuid?.(65_534);
    try {
      const loaded = loadConfig({ file: undefined, flags: {} }, file);
      await expect(loaded).rejects.toMatchObject({ kind: 'permission' });
    } finally {
      process.seteuid?.(uid);
    }
  });
});

describe('TCP', () => {
  const files = 'certificate = "/c.pem"\nkey = "/k.pem"\nclientCa = "/ca.pem"\n';
  const tcp = (lines: string) => faults('tcp.toml', `[tcp]\nport = 2379\n${lines}`);

  it.each(['127.0.0.1', '127.8.9.1', '::1'])('may be plain on %s', async (host) => {
    const file = write('plain.toml', `[tcp]\nport = 2379\nhost = "${host}"\n`);
    expect((await load(file)).tcp).toEqual({ host, port: 2379, tls: undefined });
    expect(await tcp(`host = "${host}"\ntls = false\n`)).toEqual([]);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', 'fe80::1', '::ffff:10.0.0.1', '::2'])(
    'may not be plain on %s',
    async (host) => {
      for (const tls of ['', 'tls = false\n', 'tls = true\n']) {
        expect(await tcp(`host = "${host}"\n${tls}`)).toEqual([
          expect.stringContaining(`3 tcp.host: ${host} is no loopback address`),
        ]);
      }
    },
  );

  it('is served with TLS anywhere', async () => {
    const file = write('tls.toml', `[tcp]\nhost = "0.0.0.0"\nport = 2379\n${files}`);
    const tls = { certificate: '/c.pem', key: '/k.pem', clientCa: '/ca.pem' };
    expect((await load(file)).tcp).toEqual({ host: '0.0.0.0', port: 2379, tls });
  });

  it.each(['certificate', 'key', 'clientCa'])(
    'needs %s where it has the others, also on loopback',
    async (name) => {
      const lines = files.replace(new RegExp(`^${name} .*\\n`, 'm'), '');
      for (const host of ['127.0.0.1', '10.0.0.1']) {
        expect(await tcp(`host = "${host}"\n${lines}`)).toEqual([
          expect.stringContaining(`tcp: ${name} is missing`),
        ]);
      }
    },
  );

  it('is not plain and given certificates', async () => {
    expect(await tcp(`host = "127.0.0.1"\ntls = false\n${files}`)).toEqual([
      expect.stringContaining('tcp.tls: it is false, and certificate, key, clientCa are given'),
    ]);
  });

  it('is on an IP address, not on a name that may lead anywhere', async () => {
    expect(await tcp('host = "localhost"\n')).toEqual([expect.stringContaining('has to be an IP address')]);
  });
});
