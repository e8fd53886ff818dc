import { readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { type EndpointJson, TestHost } from '../testing/test-host.ts';
import { mainPath, type Outcome } from '../testing/tsnet.ts';

async function openSite(): Promise<TestHost> {
  const host = await TestHost.open();
  await host.ok('network', 'create', 'web', '--subnet', '10.1.0.0/24', '--subnet', 'fd00:1::/64');
  await host.ok('network', 'create', 'db', '--subnet', '10.2.0.0/24');
  return host;
}

/** Runs a shell with `tsnet run`, sends a signal to `tsnet` as soon as the shell says something. */
async function interrupt(host: TestHost, script: string, signal: NodeJS.Signals): Promise<Outcome> {
  const args = ['--state-dir', host.stateDirectory, 'run', '--network', 'web', '--', 'sh', '-c', script];
  const entering = host.entering(host.netns, process.execPath, [mainPath, ...args]);
  const child = execa('nsenter', entering, { reject: false, stdin: 'ignore' });
  child.stdout.once('data', () => child.kill(signal));
  const { exitCode, stdout, stderr } = await child;
  return { exitCode, stdout, stderr };
}

describeKernel('tsnet run', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('runs a command on its networks, and takes everything down', async () => {
    await using host = await openSite();
    const before = await host.everything();
    const { exitCode, stdout, stderr } = await host.tsnet(
      ...[
        'run',
        '--network',
        'web:ip=10.1.0.77,ip=fd00:1::77,mac=02:00:00:00:00:77',
        '--network',
        'db:ifname=lan0',
      ],
      ...['-p', '8080:80', '-p', '0:53/udp', '--name', 'worker', '--', 'ip', '-j', 'address'],
    );
    expect(exitCode).toBe(0);
    const links: { ifname: string; address: string; addr_info: { local: string; scope: string }[] }[] =
      JSON.parse(stdout);
    const seen = links.map(({ ifname, addr_info }) => [
      ifname,
      ...addr_info.filter(({ scope }) => scope === 'global').map(({ local }) => local),
    ]);
    expect(seen).toEqual([['lo'], ['eth0', '10.1.0.77', 'fd00:1::77'], ['lan0', '10.2.0.2']]);
    expect(links[1]?.address).toBe('02:00:00:00:00:77');
    expect(stderr).toMatch(
      /^worker: eth0 10\.1\.0\.77\/24, fd00:1::77\/64 on web, \*:8080\/tcp -> 10\.1\.0\.77:80, /,
    );
    expect(stderr).toMatch(/\*:\d{4,5}\/udp -> 10\.1\.0\.77:53/);
    expect(stderr.split('\n')[1]).toBe('worker: lan0 10.2.0.2/24 on db');
    expect(await host.everything()).toEqual(before);
  });

  it('tells ports and addresses as one line of JSON on stderr, and nothing of its own on stdout', async () => {
    await using host = await openSite();
    const { stdout, stderr } = await host.tsnet(
      'run',
      '--json',
      '--network',
      'web',
      '-p',
      '80',
      'echo',
      '--json',
    );
    expect(stdout).toBe('--json');
    expect(JSON.parse(stderr)).toMatchObject({
      sandbox: expect.stringMatching(/^run-[0-9a-f]{8}$/),
      endpoints: [{ network: 'web', ifName: 'eth0', ports: [{ port: 80, hostPort: expect.any(Number) }] }],
    });
  });

  it('exits as the command does', async () => {
    await using host = await openSite();
    const before = await host.everything();
    for (const [command, exitCode, expected] of [
      [['true'], 0, /^run-/],
      [['sh', '-c', 'exit 42'], 42, /^run-/],
      [['sh', '-c', 'kill -9 $$'], 137, /^run-/],
      [['no-such-program'], 127, /cannot run no-such-program: there is no such program/],
      [['/etc/passwd'], 126, /cannot run \/etc\/passwd: /],
    ] as const) {
      const outcome = await host.tsnet('run', '--network', 'web', '--', ...command);
      expect({ command, exitCode: outcome.exitCode, stdout: outcome.stdout }).toEqual({
        command,
        exitCode,
        stdout: '',
      });
      expect(outcome.stderr).toMatch(expected);
    }
    expect(await host.everything()).toEqual(before);
  });

  it('leaves nothing when a connection fails', async () => {
    await using host = await openSite();
    await host.ok('netns', 'create', 'taken');
    await host.ok('network', 'connect', 'web', 'taken', '-p', '8080:80');
    const before = await host.everything();
    for (const [args, exitCode, expected] of [
      [['--network', 'web', '--network', 'nowhere'], 3, /"nowhere"/],
      [['--network', 'web', '--network', 'db:ip=10.1.0.5'], 2, /10\.1\.0\.5/],
      [['--network', 'web', '--network', 'db:ifname=eth0'], 5, /eth0/],
      [['--network', 'web', '-p', '8080:80'], 7, /8080:80/],
      [['--network', 'web', '--name', 'taken'], 5, /taken/],
    ] as const) {
      const outcome = await host.tsnet('run', ...args, '--', 'echo', 'ran');
      expect({ args, exitCode: outcome.exitCode, stdout: outcome.stdout }).toEqual({
        args,
        exitCode,
        stdout: '',
      });
      expect(outcome.stderr).toMatch(expected);
    }
    expect(await host.everything()).toEqual(before);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'hands %s on to the command and takes everything down',
    async (signal) => {
      await using host = await openSite();
      const before = await host.everything();
      const dying = await interrupt(host, 'echo up; exec sleep 60', signal);
      expect(dying.exitCode).toBe(128 + constants.signals[signal]);
      expect(await host.everything()).toEqual(before);

      const short = signal.slice(3);
      const script = `trap 'echo got ${short}; exit 7' ${short}; echo up; while :; do sleep 0.05; done`;
      const { exitCode, stdout } = await interrupt(host, script, signal);
      expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: `up\ngot ${short}` });
      expect(await host.everything()).toEqual(before);
    },
  );

  it('takes down also what a process left behind in the sandbox holds', async () => {
    await using host = await openSite();
    const before = await host.everything();
    const { exitCode, stdout } = await host.tsnet(
      ...['run', '--network', 'web', '--', 'sh', '-c', 'sleep 30 >/dev/null 2>&1 & echo $!'],
    );
    try {
      expect(exitCode).toBe(0);
      expect(await host.everything()).toEqual(before);
    } finally {
      process.kill(Number(stdout));
    }
  });
});

describeKernel('tsnet exec and netns', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('runs a command in a sandbox by name, path or process, and exits as it does', async () => {
    await using host = await openSite();
    await host.ok('netns', 'create', 'app');
    await host.ok('network', 'connect', 'web', 'app');
    const { stdout: own } = await host.run('readlink', ['/proc/self/ns/net'], 'app');
    const sleeper = execa('nsenter', host.entering('app', 'sleep', ['60']), { reject: false });
    try {
      for (const sandbox of ['app', '/run/netns/app', `pid:${sleeper.pid}`]) {
        // nsenter needs a moment to have entered.
        await expect
          .poll(async () => (await host.tsnet('exec', sandbox, '--', 'readlink', '/proc/self/ns/net')).stdout)
          .toBe(own);
      }
    } finally {
      sleeper.kill();
      await sleeper;
    }
    expect((await host.tsnet('exec', 'app', 'sh', '-c', 'exit 9')).exitCode).toBe(9);
    expect((await host.tsnet('exec', 'app', '--', 'no-such-program')).exitCode).toBe(127);
    expect((await host.tsnet('exec', 'app', '--', '/etc/passwd')).exitCode).toBe(126);
    const nobody = await host.tsnet('exec', 'nobody', '--', 'true');
    expect({ exitCode: nobody.exitCode, stderr: nobody.stderr }).toEqual({
      exitCode: 3,
      stderr: expect.stringContaining('nobody'),
    });
  });

  it('creates, lists and removes namespaces, with their endpoints', async () => {
    await using host = await openSite();
    const before = await host.everything();
    expect(await host.json('netns', 'create', 'app')).toEqual({ name: 'app', path: '/run/netns/app' });
    expect((await host.run('ip', ['netns', 'list'])).stdout).toContain('app');
    const again = await host.tsnet('netns', 'create', 'app');
    expect(again.exitCode).toBe(5);
    expect(again.stderr).toContain('app');
    const web = await host.json<EndpointJson>('network', 'connect', 'web', 'app', '-p', '8080:80');
    const db = await host.json<EndpointJson>('network', 'connect', 'db', 'app');
    expect(await host.ok('netns', 'ls')).toMatch(/^app +live +eth0 on web \(.+\), eth1 on db \(.+\)$/m);

    const removed = await host.json<{ endpoints: EndpointJson[] }>('netns', 'rm', 'app');
    expect(removed.endpoints.map(({ id }) => id)).toEqual([web.id, db.id]);
    expect(readdirSync('/run/netns')).not.toContain('app');
    expect(await host.everything()).toEqual(before);
    expect((await host.tsnet('netns', 'rm', 'app')).exitCode).toBe(3);
  });

  it('gives up endpoints of a namespace that others have removed', async () => {
    await using host = await openSite();
    const before = await host.everything();
    await host.ok('netns', 'create', 'gone');
    await host.ok('network', 'connect', 'web', 'gone', '-p', '8080:80');
    await host.run('ip', ['netns', 'del', 'gone']);
    expect(await host.json('network', 'disconnect', 'web', 'gone')).toHaveLength(1);
    expect(await host.everything()).toEqual(before);
  });

  it('marks names that lead nowhere as stale', async () => {
    await using host = await openSite();
    await host.run('touch', ['/run/netns/leftover']);
    expect(await host.json('netns', 'ls')).toContainEqual({ name: 'leftover', stale: true, endpoints: [] });
    expect(await host.ok('netns', 'ls')).toMatch(/^leftover +stale +-$/m);
    await host.ok('netns', 'rm', 'leftover');
    expect(readdirSync('/run/netns')).not.toContain('leftover');
  });
});
