import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { startEchoServer, udpClient } from '../testing/echo-server.ts';
import { addOutside, hostAddresses, outsideAddresses } from '../testing/outside.ts';
import { TestHost } from '../testing/test-host.ts';

interface PortJson {
  readonly endpoint: string;
  readonly hostPort: number;
}

async function fetchFrom(host: TestHost, netns: string, address: string, port: number): Promise<string> {
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}/`;
  const { exitCode, stdout } = await host.run('curl', ['-sS', '--max-time', '2', url], netns);
  return exitCode === 0 ? stdout : `curl failed with ${exitCode}`;
}

async function openSite(): Promise<TestHost> {
  const host = await TestHost.open();
  await host.ok('network', 'create', 'net', '--subnet', '10.1.0.0/24', '--subnet', 'fd00:1::/64');
  for (const name of ['server', 'client']) {
    await host.ok('netns', 'create', name);
    await host.ok('network', 'connect', 'net', name, '--name', name);
  }
  return host;
}

describeKernel('tsnet port', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('publishes for both families, outside, the host itself and sandboxes; and takes it back', async () => {
    await using host = await openSite();
    const outside = await addOutside(host);
    await using _ = await startEchoServer('server', 'server', 80);
    expect(await fetchFrom(host, outside, hostAddresses.ipv4, 8080)).toContain('curl failed');

    expect(await host.ok('port', 'publish', 'net/server', '8080:80')).toBe(
      'published *:8080/tcp -> 10.1.0.2:80, [fd00:1::2]:80',
    );
    expect(await fetchFrom(host, outside, hostAddresses.ipv4, 8080)).toBe(`server ${outsideAddresses.ipv4}`);
    expect(await fetchFrom(host, outside, hostAddresses.ipv6, 8080)).toBe(`server ${outsideAddresses.ipv6}`);
    for (const [netns, address] of [
      [host.netns, '127.0.0.1'],
      [host.netns, hostAddresses.ipv4],
      [host.netns, hostAddresses.ipv6],
      ['client', hostAddresses.ipv4],
      ['server', hostAddresses.ipv4],
    ] as const) {
      expect(`${netns} ${address} ${await fetchFrom(host, netns, address, 8080)}`).toContain('server ');
    }

    await host.ok('port', 'unpublish', 'net/server', '8080:80');
    expect(await fetchFrom(host, outside, hostAddresses.ipv4, 8080)).toContain('curl failed');
    expect(await host.json('port', 'ls')).toEqual([]);
  });

  it('publishes udp and ranges, chooses free ports, and lists all', async () => {
    await using host = await openSite();
    const outside = await addOutside(host);
    await using _ = await startEchoServer('server', 'server', 7001);
    const udp = await host.json<PortJson>('port', 'publish', 'net/server', '7000-7002:7000-7002/udp');
    const chosen = await host.json<PortJson>('port', 'publish', 'net/server', '127.0.0.1:0:7001');
    expect(udp).toEqual({
      ...{ spec: '7000-7002:7000-7002/udp', protocol: 'udp', hostAddress: null },
      ...{ hostPort: 7000, port: 7000, count: 3, endpoint: expect.any(String), endpointName: 'server' },
      ...{ sandbox: 'server', network: 'net', targets: ['10.1.0.2', 'fd00:1::2'] },
    });
    expect(chosen).toMatchObject({ hostAddress: '127.0.0.1', port: 7001, targets: ['10.1.0.2'] });
    expect(chosen.hostPort).toBeGreaterThan(1023);

    for (const address of Object.values(hostAddresses)) {
      const { stdout } = await host.run(process.execPath, ['-e', udpClient, address, '7001'], outside);
      expect(`${address} ${stdout}`).toBe(`${address} server`);
    }
    expect(await fetchFrom(host, host.netns, '127.0.0.1', chosen.hostPort)).toContain('server');
    expect(await fetchFrom(host, outside, hostAddresses.ipv4, chosen.hostPort)).toContain('curl failed');

    expect(await host.json('port', 'ls')).toEqual([
      { ...udp, reach: 'everywhere', hostFirewallDecides: false },
      { ...chosen, reach: 'host', hostFirewallDecides: false },
    ]);
    const everywhere = 'every address of this host, also from other machines';
    const hostOnly = '127.0.0.1, from this host only';
    expect((await host.ok('port', 'ls')).split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['HOST', 'PROTOCOL', 'TARGET', 'ENDPOINT', 'SANDBOX', 'NETWORK', 'REACHED AT'],
      [
        '*:7000-7002',
        'udp',
        '10.1.0.2:7000-7002, [fd00:1::2]:7000-7002',
        udp.endpoint,
        'server',
        'net',
        everywhere,
      ],
      [`127.0.0.1:${chosen.hostPort}`, 'tcp', '10.1.0.2:7001', udp.endpoint, 'server', 'net', hostOnly],
    ]);
  });

  it('refuses ports that are taken or not published, by name, and changes nothing', async () => {
    await using host = await openSite();
    await host.ok('port', 'publish', 'net/server', '8080:80');
    const before = await host.everything();
    await using listener = await startEchoServer(host.netns, 'listener', 9090);
    for (const [args, exitCode, expected] of [
      [['publish', 'net/client', '8080:80'], 7, /8080:80\/tcp: it is taken by endpoint [0-9a-f]{12}/],
      [['publish', 'net/client', '9089-9091:80-82'], 7, /9090.*process/],
      [['publish', 'net/client', '198.51.100.9:81:80'], 2, /198\.51\.100\.9 is not an address of this host/],
      [['publish', 'net/nobody', '81:80'], 3, /net\/nobody/],
      [['unpublish', 'net/server', '8081:80'], 3, /8081:80\/tcp.*not published/],
    ] as const) {
      const outcome = await host.tsnet('port', ...args);
      expect(outcome.stderr).toMatch(expected);
      expect(outcome.exitCode).toBe(exitCode);
    }
    await listener[Symbol.asyncDispose]();
    expect(await host.everything()).toEqual(before);
  });
});
