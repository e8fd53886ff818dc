import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { type EndpointJson, TestHost } from '../testing/test-host.ts';

interface NetworkJson {
  readonly id: string;
  readonly name: string;
  readonly subnets: readonly { readonly prefix: string }[];
}

interface DetailsJson extends NetworkJson {
  readonly endpoints: readonly unknown[];
}

describeKernel('tsnet network', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it("carries out the tutorial's lines as they stand", async () => {
    await using host = await TestHost.open();
    const before = await host.links();
    await host.ok('network', 'create', '--driver', 'bridge', '--subnet', '192.168.0.0/24', 'testbridge');
    expect(await host.addresses('testbridge')).toEqual(['192.168.0.1/24']);

    const list = await host.ok('network', 'list');
    expect(list.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['NAME', 'DRIVER', 'BRIDGE', 'SUBNETS', 'SETTINGS', 'STATE'],
      ['testbridge', 'bridge', 'testbridge', '192.168.0.0/24', '-', 'ready'],
    ]);

    expect(await host.ok('network', 'remove', 'testbridge')).toBe('removed network testbridge');
    expect(await host.links()).toEqual(before);
    expect(await host.tables()).toEqual([]);
    expect(await host.ok('network', 'list')).toBe('no networks');
  });

  it('creates a network of both families with all its settings, and shows them', async () => {
    await using host = await TestHost.open();
    const created = await host.json<NetworkJson>(
      ...['network', 'create', 'dual', '--subnet', '10.1.0.0/24', '--subnet', 'fd00:1::/64'],
      ...['--gateway', '10.1.0.254', '--ip-range', '10.1.0.64/26', '--exclude', '10.1.0.70-10.1.0.79'],
      ...[
        '--isolated',
        '--no-masquerade',
        '--respect-host-firewall',
        '--firewall',
        'nftables',
        '--mtu',
        '1400',
        '--bridge-name',
        'br-dual',
        '--label',
        'tier=web=1',
      ],
    );
    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
      name: 'dual',
      driver: 'bridge',
      state: 'ready',
      subnets: [
        { prefix: '10.1.0.0/24', gateway: '10.1.0.254', pool: '10.1.0.0/24' },
        { prefix: 'fd00:1::/64', gateway: 'fd00:1::1', pool: 'fd00:1::/64' },
      ],
      internal: false,
      isolated: true,
      masquerade: false,
      respectHostFirewall: true,
      firewall: 'nftables',
      mtu: 1400,
      ifName: 'br-dual',
      labels: { tier: 'web=1' },
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(await host.addresses('br-dual')).toEqual(['10.1.0.254/24', 'fd00:1::1/64']);

    await host.ok('netns', 'create', 'dual-a');
    const endpoint = await host.json<EndpointJson>(
      'network',
      'connect',
      'dual',
      'dual-a',
      '--label',
      'zone=a',
    );
    expect(endpoint.addresses[0]).toEqual({
      address: '10.1.0.64',
      prefixLength: 24,
      gateway: '10.1.0.254',
      pool: '10.1.0.0/24',
    });
    const [eth0] = await host.links('dual-a');
    expect(eth0).toMatchObject({ ifname: 'eth0', mtu: 1400, address: endpoint.mac });

    const details = await host.json<DetailsJson>('network', 'inspect', 'dual');
    expect(details.subnets).toEqual([
      {
        ...{
          prefix: '10.1.0.0/24',
          gateway: '10.1.0.254',
          pool: '10.1.0.0/24',
          range: '10.1.0.64-10.1.0.127',
        },
        ...{ exclude: ['10.1.0.70-10.1.0.79'], capacity: 54, used: 1, outside: 1 },
      },
      {
        ...{
          prefix: 'fd00:1::/64',
          gateway: 'fd00:1::1',
          pool: 'fd00:1::/64',
          range: 'fd00:1::-fd00:1::ffff:ffff:ffff:ffff',
        },
        ...{ exclude: [], capacity: '18446744073709551615', used: 2, outside: 0 },
      },
    ]);
    expect(details.endpoints).toEqual([endpoint]);
    const text = await host.ok('network', 'inspect', created.id);
    for (const part of [
      'isolated, no masquerade, host firewall decides about ports, firewall nftables, mtu 1400',
      'tier=web=1',
      `${endpoint.id}: eth0 of dual-a`,
    ]) {
      expect(text).toContain(part);
    }
  });

  it('chooses a prefix that nothing else uses', async () => {
    await using host = await TestHost.open();
    const one = await host.json<NetworkJson>('network', 'create', 'one');
    const two = await host.json<NetworkJson>('network', 'create', 'two');
    expect(one.subnets[0]?.prefix).toMatch(/^10\.\d+\.\d+\.0\/24$/);
    expect(two.subnets[0]?.prefix).not.toBe(one.subnets[0]?.prefix);
  });

  it('removes several, goes on past failures and reports all of them', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'one');
    await host.ok('network', 'create', 'two');
    const { exitCode, stdout, stderr } = await host.tsnet('network', 'rm', 'no-a', 'one', 'no-b', 'two');
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: 'removed network one\nremoved network two' });
    expect(stderr).toMatch(
      /^tsnet: cannot remove network "no-a": .+\n.*\ntsnet: cannot remove network "no-b": /,
    );

    const json = await host.tsnet('network', 'rm', 'no-a', 'no-b', '--json');
    expect(JSON.parse(json.stderr).error).toMatchObject({
      code: 'CLI_SEVERAL',
      kind: 'not-found',
      errors: [{ subject: '"no-a"' }, { subject: '"no-b"' }],
    });
  });

  it('keeps a network with endpoints unless forced, and prunes the others', async () => {
    await using host = await TestHost.open();
    for (const name of ['used', 'unused']) await host.ok('network', 'create', name);
    await host.ok('netns', 'create', 'prune-a');
    const { id } = await host.json<EndpointJson>('network', 'connect', 'used', 'prune-a', '-p', '8080:80');

    const refused = await host.tsnet('network', 'rm', 'used');
    expect(refused.exitCode).toBe(7);
    expect(refused.stderr).toContain(id);
    expect(refused.stderr).toContain('--force');
    expect(await host.links('prune-a')).toHaveLength(1);

    expect(await host.ok('network', 'prune')).toBe('removed network unused');
    expect(await host.json('network', 'prune')).toEqual([]);
    expect(await host.ok('network', 'prune')).toBe('no networks without endpoints');

    const removed = await host.json<NetworkJson[]>('network', 'rm', 'used', '--force');
    expect(removed.map(({ name }) => name)).toEqual(['used']);
    expect(await host.links('prune-a')).toEqual([]);
    expect(await host.links()).toEqual([]);
    expect(await host.tables()).toEqual([]);
    expect(await host.json('ipam', 'ls')).toEqual([]);
    expect(await host.json('port', 'ls')).toEqual([]);
  });

  it('tells each step and its milliseconds with --verbose, on stderr alone', async () => {
    await using host = await TestHost.open();
    const text = await host.tsnet('network', 'create', 'one', '--verbose');
    expect(text.stdout).toMatch(/^created network one/);
    expect(text.stderr).toMatch(/^ +\d+\.\d{3} ms {2}create-bridge {2}one$/m);
    const json = await host.tsnet('network', 'create', 'two', '--verbose', '--json');
    expect(JSON.parse(json.stdout).name).toBe('two');
    for (const line of json.stderr.split('\n')) {
      expect(JSON.parse(line).step).toEqual({
        name: expect.any(String),
        subject: expect.any(String),
        milliseconds: expect.any(Number),
      });
    }
    expect((await host.tsnet('network', 'create', 'three')).stderr).toBe('');
  });
});
