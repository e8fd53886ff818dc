import { execFile, execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { IpAddress, IpPrefix } from '@tsnet/inet';
import { openLinux } from '@tsnet/linux';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DnsServer, openDnsServer, openForwarder, Zone } from '../../src/index.ts';

const run = promisify(execFile);
const linux = openLinux();
const closers: (() => void)[] = [];
/** `ss` complains of what has nothing to do with sockets. */
const quietly = { encoding: 'utf8' as const, stdio: ['ignore' as const, 'pipe' as const, 'ignore' as const] };
const resolvConf = '/run/resolv.conf';

function ip(command: string): void {
  execFileSync('ip', command.split(' '));
}

/** Three namespaces: `box` asks, `gate` has the gateway addresses, `up` is where the host's resolver is. */
beforeEach(() => {
  for (const name of ['box', 'gate', 'up']) ip(`netns add ${name}`);
  ip('-n gate link add to-box type veth peer name eth0 netns box');
  for (const [namespace, link, n] of [
    ['gate', 'to-box', 1],
    ['box', 'eth0', 2],
  ] as const) {
    ip(`-n ${namespace} addr add 10.1.0.${n}/16 dev ${link}`);
    ip(`-n ${namespace} addr add fd01::${n}/64 dev ${link} nodad`);
    ip(`-n ${namespace} link set ${link} up`);
    ip(`-n ${namespace} link set lo up`);
  }
  ip('link add to-up type veth peer name eth0 netns up');
  ip('addr add 192.0.2.1/24 dev to-up');
  ip('link set to-up up');
  ip('-n up addr add 192.0.2.2/24 dev eth0');
  ip('-n up link set eth0 up');
});

afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
  ip('link del to-up');
  for (const name of ['box', 'gate', 'up']) ip(`netns del ${name}`);
  rmSync(resolvConf, { force: true });
});

const addresses = (...texts: string[]) => texts.map((text) => IpAddress.parse(text));
const prefixes = [IpPrefix.parse('10.1.0.0/16'), IpPrefix.parse('fd01::/64')];
const empty = Zone.empty({ domain: 'demo.tsnet.internal', siblings: 'tsnet.internal', prefixes });
const web = { id: '1', names: ['web', 'all'], addresses: addresses('10.1.0.9', 'fd01::9') };

function netnsFd(name: string): number {
  const fd = openSync(`/run/netns/${name}`, 'r');
  closers.push(() => closeSync(fd));
  return fd;
}

function open(options: Partial<Parameters<typeof openDnsServer>[0]> = {}): DnsServer {
  const server = openDnsServer({
    linux,
    netns: netnsFd('gate'),
    addresses: addresses('10.1.0.1', 'fd01::1'),
    zone: empty.with(web),
    clients: prefixes,
    ...options,
  });
  closers.push(() => server.close());
  return server;
}

async function dig(...args: string[]): Promise<string> {
  const { stdout } = await run('ip', ['netns', 'exec', 'box', 'dig', '+tries=1', '+time=5', ...args]);
  return stdout;
}

const statusOf = (printed: string) => /status: (\w+)/.exec(printed)?.[1];

describeKernel('a server in a namespace', { needs: ['netns', 'veth'] }, () => {
  it.each(['10.1.0.1', 'fd01::1'])(
    'answers on %s over UDP and TCP, and opens nothing outside',
    async (gateway) => {
      open();
      for (const transport of ['+notcp', '+tcp']) {
        expect(await dig(`@${gateway}`, transport, '+short', 'web.demo.tsnet.internal')).toBe('10.1.0.9\n');
        expect(await dig(`@${gateway}`, transport, '+short', 'web', 'AAAA')).toBe('fd01::9\n');
        expect(await dig(`@${gateway}`, transport, '+short', '-x', '10.1.0.9')).toBe(
          'web.demo.tsnet.internal.\n',
        );
        expect(await dig(`@${gateway}`, transport, '+short', '-x', 'fd01::9')).toBe(
          'web.demo.tsnet.internal.\n',
        );
        expect(statusOf(await dig(`@${gateway}`, transport, 'no.demo.tsnet.internal'))).toBe('NXDOMAIN');
        expect(statusOf(await dig(`@${gateway}`, transport, 'web.other.tsnet.internal'))).toBe('REFUSED');
        expect(statusOf(await dig(`@${gateway}`, transport, 'web', '+ednsopt=10:0011223344556677'))).toBe(
          'NOERROR',
        );
      }
      expect(execFileSync('ss', ['-Hlntu'], { encoding: 'utf8' })).toBe('');
      const inside = execFileSync('ip', ['netns', 'exec', 'gate', 'ss', '-Hlntu'], { encoding: 'utf8' });
      expect(inside.trim().split('\n')).toHaveLength(4);
    },
  );

  it('answers with the next packet what was set, over sockets and connections that stay', async () => {
    const server = open();
    const before = execFileSync('ip', ['netns', 'exec', 'gate', 'ss', '-Hlntue'], quietly);
    for (let n = 0; n < 20; n++) {
      server.setZone(server.zone.with({ ...web, addresses: addresses(`10.1.1.${n}`) }));
      expect(await dig('@10.1.0.1', '+short', 'web')).toBe(`10.1.1.${n}\n`);
      server.setZone(server.zone.without('1'));
      expect(statusOf(await dig('@10.1.0.1', 'web'))).toBe('NXDOMAIN');
    }
    const after = execFileSync('ip', ['netns', 'exec', 'gate', 'ss', '-Hlntue'], quietly);
    expect(after).toBe(before);
  });

  it('has a client ask again over TCP for what is too long', async () => {
    const server = open();
    for (let n = 0; n < 100; n++) {
      server.setZone(server.zone.with({ id: `m${n}`, names: ['many'], addresses: addresses(`10.1.2.${n}`) }));
    }
    const cut = await dig('@10.1.0.1', '+ignore', 'many');
    expect(cut).toMatch(/flags: .*\btc\b/);
    const whole = await dig('@10.1.0.1', '+short', 'many');
    expect(whole.trim().split('\n')).toHaveLength(100);
  });

  it('answers several queries of one connection', async () => {
    open();
    const printed = await dig('@fd01::1', '+tcp', '+keepopen', '+short', 'web', 'web', 'AAAA', 'all');
    expect(printed).toBe('10.1.0.9\nfd01::9\n10.1.0.9\n');
  });

  it('listens on an address that is not there yet, and again after it was gone', async () => {
    ip('-n gate addr del 10.1.0.1/16 dev to-box');
    open();
    ip('-n gate addr add 10.1.0.1/16 dev to-box');
    expect(await dig('@10.1.0.1', '+short', 'web')).toBe('10.1.0.9\n');
    ip('-n gate addr del 10.1.0.1/16 dev to-box');
    expect(await dig('@fd01::1', '+short', 'web')).toBe('10.1.0.9\n');
    ip('-n gate addr add 10.1.0.1/16 dev to-box');
    expect(await dig('@10.1.0.1', '+short', 'web')).toBe('10.1.0.9\n');
  });

  it('refuses those who are not of the network', async () => {
    open({ clients: [IpPrefix.parse('10.2.0.0/16')] });
    expect(statusOf(await dig('@10.1.0.1', 'web'))).toBe('REFUSED');
    expect(statusOf(await dig('@fd01::1', '+tcp', 'web'))).toBe('REFUSED');
  });

  it('says which address is taken, and leaves no socket open', () => {
    open({ addresses: addresses('fd01::1') });
    expect(() => open()).toThrow(
      expect.objectContaining({ code: 'DNS_ADDRESS_IN_USE', kind: 'in-use', subject: '[fd01::1]:53, UDP' }),
    );
    const inside = execFileSync('ip', ['netns', 'exec', 'gate', 'ss', '-Hlntu'], { encoding: 'utf8' });
    expect(inside.trim().split('\n')).toHaveLength(2);
  });
});

describeKernel('names of others', { needs: ['netns', 'veth'] }, () => {
  /** The host's resolver knows every name under example.test, and is asked from the host. */
  function openHostResolver(): void {
    const zone = Zone.empty({ domain: 'example.test', prefixes: [] });
    const many = Array.from({ length: 100 }, (_, n) => `198.51.100.${n}`);
    open({
      netns: netnsFd('up'),
      addresses: addresses('192.0.2.2'),
      zone: zone
        .with({ id: '1', names: ['www'], addresses: addresses('198.51.100.1') })
        .with({ id: '2', names: ['many'], addresses: addresses(...many) }),
      clients: [IpPrefix.parse('192.0.2.0/24')],
    });
  }

  function openForwarding(servers: string): void {
    writeFileSync(resolvConf, servers);
    const forwarder = openForwarder({ resolvConf, timeoutMs: 1000 });
    closers.push(() => forwarder.close());
    open({ forwarder });
  }

  it('are asked for where the host asks, over UDP and TCP', async () => {
    openHostResolver();
    openForwarding('nameserver 192.0.2.2\n');
    for (const [gateway, transport] of [
      ['10.1.0.1', '+notcp'],
      ['fd01::1', '+tcp'],
    ] as const) {
      const printed = await dig(`@${gateway}`, transport, 'WWW.example.test');
      expect(statusOf(printed)).toBe('NOERROR');
      expect(printed).toMatch(/flags: .*\bra\b/);
      expect(printed).toMatch(/WWW\.example\.test\.\s+0\s+IN\s+A\s+198\.51\.100\.1/);
      expect(statusOf(await dig(`@${gateway}`, transport, 'no.example.test'))).toBe('NXDOMAIN');
      expect(statusOf(await dig(`@${gateway}`, transport, 'web.other.tsnet.internal'))).toBe('REFUSED');
      expect(statusOf(await dig(`@${gateway}`, transport, 'printer'))).toBe('NXDOMAIN');
    }
    const whole = await dig('@10.1.0.1', '+short', 'many.example.test');
    expect(whole.trim().split('\n')).toHaveLength(100);
    expect(await dig('@10.1.0.1', '+ignore', 'many.example.test')).toMatch(/flags: .*\btc\b/);
  });

  it('cost one time-out where the first resolver is dead, and not a network its own names', async () => {
    openHostResolver();
    openForwarding('nameserver 192.0.2.77\nnameserver 192.0.2.2\n');
    const first = performance.now();
    expect(await dig('@10.1.0.1', '+short', 'www.example.test')).toBe('198.51.100.1\n');
    expect(performance.now() - first).toBeGreaterThan(900);
    const later = performance.now();
    for (let n = 0; n < 5; n++) {
      expect(await dig('@10.1.0.1', '+short', 'www.example.test')).toBe('198.51.100.1\n');
    }
    expect(performance.now() - later).toBeLessThan(900);
  });

  it('fail at once where all resolvers are dead, or none is named', async () => {
    openForwarding('nameserver 192.0.2.77\n');
    expect(statusOf(await dig('@10.1.0.1', 'www.example.test'))).toBe('SERVFAIL');
    const start = performance.now();
    expect(statusOf(await dig('@10.1.0.1', 'www.example.test'))).toBe('SERVFAIL');
    expect(performance.now() - start).toBeLessThan(900);
    expect(await dig('@10.1.0.1', '+short', 'web')).toBe('10.1.0.9\n');
  });

  it('are refused where the network is internal', async () => {
    open();
    expect(statusOf(await dig('@10.1.0.1', 'www.example.test'))).toBe('REFUSED');
  });
});
