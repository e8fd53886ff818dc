import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { killedAfter } from '../testing/killed.ts';
import { TestHost } from '../testing/test-host.ts';
import { mainPath } from '../testing/tsnet.ts';

describeKernel('tsnet status and reconcile', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('find nothing on a host without networks, nor where nothing was damaged', async () => {
    await using host = await TestHost.open();
    expect(await host.json('status')).toEqual([]);
    await host.ok('network', 'create', 'web');
    expect(await host.ok('status')).toContain('all that is on record');
    expect(await host.ok('reconcile')).toBe('nothing to repair');
  });

  it('show what was damaged with exit code 13, and repair it', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'web', '--subnet', '10.1.0.0/24');
    await host.ok('netns', 'create', 'mended');
    await host.ok('network', 'connect', 'web', 'mended', '-p', '8080:80');
    const before = await host.everything();
    await host.run('nft', ['flush', 'ruleset']);
    await host.run('ip', ['address', 'flush', 'dev', 'web']);

    const refused = await host.tsnet('network', 'connect', 'web', 'mended', '--ifname', 'more');
    expect(refused.exitCode).not.toBe(0);
    const { exitCode, stdout } = await host.tsnet('status');
    expect(exitCode).toBe(13);
    expect(stdout).toContain(
      'bridge web: lacks 10.1.0.1/24\n  repair: address-bridge web with 10.1.0.1/24\n',
    );
    expect(stdout).toContain('table inet tsnet of nftables: missing or incomplete');
    expect(await host.ok('reconcile')).toMatch(/^repaired bridge web: lacks .*\nrepaired table inet tsnet/);
    expect(await host.ok('status')).toContain('all that is on record');
    expect(await host.everything()).toEqual(before);
    await host.ok('netns', 'rm', 'mended');
  });

  it('say of a network whose rules are gone what to do before anybody comes onto it', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'web', '--subnet', '10.1.0.0/24');
    await host.ok('netns', 'create', 'unguarded');
    await host.run('nft', ['flush', 'ruleset']);
    const { exitCode, stderr } = await host.tsnet('network', 'connect', 'web', 'unguarded');
    expect([exitCode, stderr]).toEqual([
      6,
      expect.stringContaining('hint: Put them back with: tsnet reconcile'),
    ]);
    await host.ok('reconcile');
    await host.ok('network', 'connect', 'web', 'unguarded');
    await host.ok('netns', 'rm', 'unguarded');
  });

  it('tell of what was cut short', async () => {
    await using host = await TestHost.open();
    await killedAfter(host, 'create-bridge 1', ['network', 'create', 'web', '--subnet', '10.1.0.0/24']);
    const { exitCode, stdout } = await host.tsnet('status');
    expect([exitCode, stdout]).toEqual([
      13,
      'network web: its creation was cut short\n  repair: end-operation network web',
    ]);
    const dryRun = await host.ok('reconcile', '--dry-run');
    expect(dryRun).toContain('repaired network web: its creation was cut short');
    expect(await host.ok('reconcile')).toBe('repaired network web: its creation was cut short');
    expect(await host.ok('status')).toContain('all that is on record');
    expect(await host.json('network', 'ls')).toEqual([]);
  });

  it('take down what another state directory has made only when forced', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'web', '--subnet', '10.1.0.0/24');
    const other = `${host.stateDirectory}/other`;
    const { exitCode, stderr } = await host.tsnet('reconcile', '--state-dir', other);
    expect(exitCode).toBe(6);
    expect(stderr).toContain('no network is on record, and it has');
    expect(await host.ok('status')).toContain('all that is on record');
    await host.ok('reconcile', '--force', '--state-dir', other);
    expect((await host.tsnet('status')).exitCode).toBe(13);
    expect(await host.ok('reconcile')).toContain('repaired bridge web: missing');
    await host.ok('network', 'rm', 'web');
  });

  it('are not needed after a command that was killed: the next one clears up', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'web', '--subnet', '10.1.0.0/24');
    const before = await host.everything();
    const script = 'echo up; exec sleep 60';
    const args = ['--state-dir', host.stateDirectory, 'run', '--network', 'web', '--name', 'killed'];
    const child = execa(
      'nsenter',
      host.entering(host.netns, process.execPath, [
        mainPath,
        ...args,
        '-p',
        '8080:80',
        '--',
        'sh',
        '-c',
        script,
      ]),
      { reject: false, stdin: 'ignore', detached: true },
    );
    await new Promise((resolve) => child.stdout.once('data', resolve));
    // The whole group: a command that outlives its sandbox's keeper would keep the namespace.
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await child;
    expect(await host.json('endpoint', 'ls')).toHaveLength(1);
    await host.ok('network', 'create', 'other', '--subnet', '10.2.0.0/24');
    expect(await host.json('endpoint', 'ls')).toEqual([]);
    await host.ok('network', 'rm', 'other');
    expect(await host.everything()).toEqual(before);
  });
});
