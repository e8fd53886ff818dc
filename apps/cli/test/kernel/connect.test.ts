import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { type EndpointJson, TestHost } from '../testing/test-host.ts';

interface PoolJson {
  readonly used: number;
  readonly leases: readonly unknown[];
}

describeKernel('tsnet network connect', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('gives a sandbox of two networks eth0 and eth1, and takes them away', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'one', '--subnet', '10.1.0.0/24');
    await host.ok('network', 'create', 'two', '--subnet', '10.2.0.0/24', '--subnet', 'fd00:2::/64');
    for (const name of ['both', 'peer']) await host.ok('netns', 'create', name);
    const text = await host.ok('network', 'connect', 'one', 'both', '--name', 'front');
    expect(text).toMatch(/^connected both to one\n {2}endpoint +[0-9a-f]{12}\n {2}interface +eth0\n/);
    expect(text).toContain('10.1.0.2/24');
    expect(text).toMatch(/mac +0a:54:0a:01:00:02/);
    await host.ok('network', 'connect', 'two', 'both');
    await host.ok('network', 'connect', 'two', 'peer');

    expect(await host.addresses('eth0', 'both')).toEqual(['10.1.0.2/24']);
    expect(await host.addresses('eth1', 'both')).toEqual(['10.2.0.2/24', 'fd00:2::2/64']);
    for (const address of ['10.1.0.1', '10.2.0.1', '10.2.0.3', 'fd00:2::3', '127.0.0.1']) {
      const ping = await host.run('ping', ['-c1', '-W2', address], 'both');
      expect({ address, exitCode: ping.exitCode }).toEqual({ address, exitCode: 0 });
    }

    const [front, , third] = await host.json<EndpointJson[]>('endpoint', 'ls');
    expect(front).toMatchObject({
      name: 'front',
      network: 'one',
      sandbox: 'both',
      ifName: 'eth0',
      state: 'ready',
    });
    expect(await host.json('endpoint', 'inspect', 'one/front')).toEqual(front);
    expect(await host.json('endpoint', 'inspect', third?.id ?? '')).toEqual(third);
    expect(await host.ok('endpoint', 'inspect', 'one/front')).toContain('10.1.0.2/24 via 10.1.0.1');

    expect(await host.ok('network', 'disconnect', 'two', 'both')).toContain('disconnected both from two');
    expect((await host.links('both')).map(({ ifname }) => ifname)).toEqual(['eth0']);
    const again = await host.tsnet('network', 'disconnect', 'two', 'both');
    expect(again.exitCode).toBe(3);
    expect(await host.json('network', 'disconnect', 'two', 'both', '--force')).toEqual([]);
    expect((await host.tsnet('network', 'disconnect', 'nope', 'both', '--force')).exitCode).toBe(3);
  });

  it('takes addresses, MAC address, link name, name and labels as asked for', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'net', '--subnet', '10.1.0.0/24', '--subnet', 'fd00:1::/64');
    await host.ok('netns', 'create', 'asked');
    const endpoint = await host.json<EndpointJson>(
      ...['network', 'connect', 'net', '/run/netns/asked', '--ip', '10.1.0.77', '--ip', 'fd00:1::77'],
      ...['--mac', '02:00:00:00:00:77', '--ifname', 'lan0', '--name', 'asked', '--label', 'a=b'],
    );
    expect(endpoint).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
      name: 'asked',
      network: 'net',
      networkId: expect.stringMatching(/^[0-9a-f]{12}$/),
      state: 'ready',
      sandbox: '/run/netns/asked',
      ifName: 'lan0',
      hostIfName: `tsv${endpoint.id}`,
      mac: '02:00:00:00:00:77',
      addresses: [
        { address: '10.1.0.77', prefixLength: 24, gateway: '10.1.0.1', pool: '10.1.0.0/24' },
        { address: 'fd00:1::77', prefixLength: 64, gateway: 'fd00:1::1', pool: 'fd00:1::/64' },
      ],
      ports: [],
      labels: { a: 'b' },
      createdAt: expect.any(String),
    });
    expect(await host.addresses('lan0', 'asked')).toEqual(['10.1.0.77/24', 'fd00:1::77/64']);
    expect(await host.json('netns', 'ls')).toContainEqual({
      name: 'asked',
      stale: false,
      endpoints: [{ id: endpoint.id, network: 'net', ifName: 'lan0' }],
    });
    const [first, second] = await host.json<PoolJson[]>('ipam', 'ls');
    expect(first).toEqual({
      ...{
        id: '10.1.0.0/24',
        prefix: '10.1.0.0/24',
        network: 'net',
        labels: { network: 'net' },
        group: null,
      },
      ...{ range: '10.1.0.0-10.1.0.255', exclude: [], gateway: null, hostPool: false },
      ...{ order: 'round-robin', reuseDelay: 0 },
      ...{ capacity: 254, used: 2, reserved: 0, resting: 0, free: 252, outside: 0 },
      leases: [
        {
          ...{ address: '10.1.0.1', pool: '10.1.0.0/24', owner: 'network:net' },
          ...{ holder: { kind: 'gateway', network: 'net' }, labels: { role: 'gateway' } },
          ...{ leasedAt: expect.any(String), expiresAt: null, key: null },
        },
        {
          ...{ address: '10.1.0.77', pool: '10.1.0.0/24', owner: `endpoint:${endpoint.id}` },
          holder: {
            ...{ kind: 'endpoint', endpoint: endpoint.id, name: 'asked' },
            ...{ network: 'net', sandbox: '/run/netns/asked', ifName: 'lan0' },
          },
          ...{ leasedAt: expect.any(String), expiresAt: null, key: null },
          labels: { network: 'net', name: 'asked' },
        },
      ],
    });
    expect(second?.leases).toHaveLength(2);
    const text = await host.ok('ipam', 'ls');
    expect(text).toContain('gateway of net');
    expect(text).toContain(`endpoint ${endpoint.id} (asked), lan0 of /run/netns/asked`);
  });

  it('gives distinct addresses to twenty at once', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'net', '--subnet', '10.1.0.0/24');
    const names = Array.from({ length: 20 }, (_, index) => `crowd-${index}`);
    for (const name of names) await host.run('ip', ['netns', 'add', name]);
    const endpoints = await Promise.all(
      names.map((name) => host.json<EndpointJson>('network', 'connect', 'net', name)),
    );
    const addresses = new Set(endpoints.map((endpoint) => endpoint.addresses[0]?.address));
    expect(addresses.size).toBe(20);
    for (const [index, name] of names.entries()) {
      expect(await host.addresses('eth0', name)).toEqual([`${endpoints[index]?.addresses[0]?.address}/24`]);
    }
    expect((await host.json<PoolJson[]>('ipam', 'ls'))[0]?.used).toBe(21);
    await host.ok('network', 'rm', '--force', 'net');
    expect(await host.links()).toEqual([]);
  });

  it('leaves nothing of a connection that fails', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'net', '--subnet', '10.1.0.0/24');
    for (const name of ['half', 'other']) await host.ok('netns', 'create', name);
    await host.ok('network', 'connect', 'net', 'other', '-p', '8080:80');
    await host.run('ip', ['link', 'add', 'lan0', 'type', 'bridge'], 'half');
    const before = await host.everything();
    for (const [args, exitCode, expected] of [
      [['--ifname', 'lan0'], 5, /lan0/],
      [['-p', '9090:90', '-p', '8080:80'], 7, /8080:80\/tcp/],
      [['--ip', '10.1.0.2'], 5, /10\.1\.0\.2/],
    ] as const) {
      const outcome = await host.tsnet('network', 'connect', 'net', 'half', ...args);
      expect(outcome.stderr).toMatch(expected);
      expect(outcome.exitCode).toBe(exitCode);
      expect(await host.everything()).toEqual(before);
      expect((await host.links('half')).map(({ ifname }) => ifname)).toEqual(['lan0']);
    }
  });
});
