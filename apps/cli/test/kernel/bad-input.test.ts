import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { TestHost } from '../testing/test-host.ts';

type BadInput = readonly [string, readonly string[], number, RegExp];

const badNetworks: readonly BadInput[] = [
  ['a /31', ['new', '--subnet', '10.8.0.0/31'], 2, /10\.8\.0\.0\/31/],
  ['a /32', ['new', '--subnet', '10.8.0.0/32'], 2, /10\.8\.0\.0\/32/],
  ['an IPv6 /127', ['new', '--subnet', 'fd00:8::/127'], 2, /fd00:8::\/127/],
  ['host bits', ['new', '--subnet', '10.8.0.1/24'], 2, /10\.8\.0\.1\/24/],
  ['loopback addresses', ['new', '--subnet', '127.1.0.0/24'], 2, /127\.1\.0\.0\/24/],
  ['multicast addresses', ['new', '--subnet', '224.1.0.0/24'], 2, /224\.1\.0\.0\/24/],
  ['an MTU that is too small', ['new', '--subnet', '10.8.0.0/24', '--mtu', '100'], 2, /100/],
  ['a driver that there is not', ['new', '--driver', 'carrier-pigeon'], 3, /carrier-pigeon/],
  [
    'a gateway that is the network address',
    ['new', '--subnet', '10.8.0.0/24', '--gateway', '10.8.0.0'],
    2,
    /gateway.*network address/,
  ],
  [
    'a gateway that is the broadcast address',
    ['new', '--subnet', '10.8.0.0/24', '--gateway', '10.8.0.255'],
    2,
    /gateway.*broadcast address/,
  ],
  ['the name of an existing link', ['eth0'], 5, /eth0/],
  ['the name of an existing link for its bridge', ['new', '--bridge-name', 'eth0'], 5, /eth0/],
  ['the name of the loopback', ['lo', '--bridge-name', 'lo'], 2, /lo/],
  ['a name that is taken', ['net'], 5, /net/],
  ['a prefix of another network', ['new', '--subnet', '10.1.0.0/24'], 6, /10\.1\.0\.0\/24/],
  ['a prefix around that of another network', ['new', '--subnet', '10.1.0.0/16'], 6, /10\.1\.0\.0\/(16|24)/],
  ['a prefix inside that of another network', ['new', '--subnet', '10.1.0.128/25'], 6, /10\.1\.0\.128\/25/],
  [
    'a prefix that the host routes elsewhere',
    ['new', '--subnet', '198.51.100.0/25'],
    6,
    /198\.51\.100\.0\/24/,
  ],
  [
    'two prefixes that overlap',
    ['new', '--subnet', '10.8.0.0/24', '--subnet', '10.8.0.128/25'],
    2,
    /10\.8\.0\.128\/25/,
  ],
];

const badConnections: readonly BadInput[] = [
  ['a network that there is not', ['nowhere', 'app'], 3, /"nowhere"/],
  ['a namespace that there is not', ['net', 'nobody'], 3, /nobody/],
  ['a path that there is not', ['net', '/run/netns/nobody'], 3, /\/run\/netns\/nobody/],
  ['a file that is no namespace', ['net', '/etc/passwd'], 2, /\/etc\/passwd/],
  ['a process that does not run', ['net', 'pid:4194303'], 3, /pid:4194303/],
  ["the host's own namespace", ['net', '/proc/self/ns/net'], 2, /\/proc\/self\/ns\/net/],
  ['an address that is taken', ['net', 'app', '--ip', '10.1.0.2'], 5, /10\.1\.0\.2/],
  ["the gateway's address", ['net', 'app', '--ip', '10.1.0.1'], 5, /10\.1\.0\.1/],
  ['the network address', ['net', 'app', '--ip', '10.1.0.0'], 2, /10\.1\.0\.0/],
  ['the broadcast address', ['net', 'app', '--ip', '10.1.0.255'], 2, /10\.1\.0\.255/],
  ['an excluded address', ['net', 'app', '--ip', '10.1.0.9'], 2, /10\.1\.0\.9/],
  ['an address outside', ['net', 'app', '--ip', '10.9.0.1'], 2, /10\.9\.0\.1/],
  ['a family that the network lacks', ['net', 'app', '--ip', 'fd00::1'], 2, /fd00::1/],
  [
    'two addresses of one family',
    ['net', 'app', '--ip', '10.1.0.20', '--ip', '10.1.0.21'],
    2,
    /10\.1\.0\.21/,
  ],
  ['a multicast MAC address', ['net', 'app', '--mac', '01:00:5e:00:00:01'], 2, /01:00:5e:00:00:01/],
  ['a link name that the sandbox has', ['net', 'app', '--ifname', 'taken0'], 5, /taken0/],
  ['the name of the loopback', ['net', 'app', '--ifname', 'lo'], 2, /"lo"/],
  ['a name that another endpoint has', ['net', 'app', '--name', 'first'], 5, /first/],
  ['a port of an internal network', ['inner', 'app', '-p', '80:80'], 2, /internal/],
  ['a sandbox that is connected', ['net', 'busy'], 5, /eth0/],
];

describeKernel('bad input', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('is refused by name with what to do, and changes nothing', { timeout: 120_000 }, async () => {
    await using host = await TestHost.open();
    await host.run('ip', ['link', 'add', 'eth0', 'type', 'bridge']);
    await host.run('ip', ['address', 'add', '198.51.100.7/24', 'dev', 'eth0']);
    await host.run('ip', ['link', 'set', 'eth0', 'up']);
    await host.ok('network', 'create', 'net', '--subnet', '10.1.0.0/24', '--exclude', '10.1.0.9');
    await host.ok('network', 'create', 'inner', '--subnet', '10.2.0.0/24', '--internal');
    for (const name of ['app', 'busy']) await host.ok('netns', 'create', name);
    await host.run('ip', ['link', 'add', 'taken0', 'type', 'bridge'], 'app');
    await host.ok('network', 'connect', 'net', 'busy', '--name', 'first');

    const before = await host.everything();
    for (const [command, inputs] of [
      ['create', badNetworks],
      ['connect', badConnections],
    ] as const) {
      for (const [title, args, exitCode, expected] of inputs) {
        const outcome = await host.tsnet('network', command, ...args);
        expect({ title, ...outcome }).toEqual({
          ...{ title, exitCode, stdout: '' },
          stderr: expect.stringMatching(/^tsnet: cannot [^\n]+(\n {2}hint: [^\n]+)?$/),
        });
        expect(outcome.stderr).toMatch(expected);
      }
    }
    expect((await host.links('app')).map(({ ifname }) => ifname)).toEqual(['taken0']);
    expect(await host.everything()).toEqual(before);
  });

  it('is an exhausted network, by name', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'tiny', '--subnet', '10.1.0.0/30');
    for (const name of ['fits', 'fits-not']) await host.ok('netns', 'create', name);
    await host.ok('network', 'connect', 'tiny', 'fits');
    const { exitCode, stderr } = await host.tsnet('network', 'connect', 'tiny', 'fits-not');
    expect(exitCode).toBe(8);
    expect(stderr).toContain('10.1.0.0/30');
    expect(await host.links('fits-not')).toEqual([]);
  });

  it('is a state directory on a disk that is read only', async () => {
    await using host = await TestHost.open();
    await host.run('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', host.stateDirectory]);
    try {
      const { exitCode, stderr } = await host.tsnet('network', 'create', 'net');
      expect(exitCode).toBe(4);
      expect(stderr).toContain(join(host.stateDirectory, 'state.db'));
      expect(await host.links()).toEqual([]);
      expect(existsSync(join(host.stateDirectory, 'state.db'))).toBe(false);
    } finally {
      await host.run('umount', [host.stateDirectory]);
    }
  });
});
