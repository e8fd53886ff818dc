import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { TestHost } from '../testing/test-host.ts';

interface Report {
  readonly healthy: boolean;
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly commands: readonly string[];
  }[];
  readonly unread: readonly unknown[];
}

async function report(host: TestHost): Promise<Report & { readonly exitCode: number | undefined }> {
  const { exitCode, stdout } = await host.tsnet('doctor', '--json');
  return { exitCode, ...JSON.parse(stdout) };
}

/** The codes of problems; what this kernel warns of anyway is left out. */
function problems({ findings }: Report): readonly string[] {
  return findings.filter(({ severity }) => severity === 'problem').map(({ code }) => code);
}

describeKernel('tsnet doctor', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('needs neither networks nor a state directory, and makes none', async () => {
    await using host = await TestHost.open();
    const path = join(host.stateDirectory, 'none');
    const { exitCode, stderr } = await host.tsnet('doctor', '--state-dir', path);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(existsSync(path)).toBe(false);
  });

  it('tells what breaks a network that is there with exit code 13, and changes nothing', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'web', '--subnet', '10.1.0.0/24');
    await host.ok('netns', 'create', 'doctored');
    await host.ok('network', 'connect', 'web', 'doctored', '--name', 'app', '-p', '8080:80');
    expect(await report(host)).toMatchObject({ exitCode: 0, healthy: true, unread: [] });

    await host.run('sysctl', ['-qw', 'net.ipv4.ip_forward=0']);
    await host.run('iptables', ['-P', 'FORWARD', 'DROP']);
    await host.run('ip', ['route', 'add', 'blackhole', '10.1.0.128/25']);
    const before = await host.everything();
    const broken = await report(host);
    expect(broken).toMatchObject({ exitCode: 13, healthy: false });
    expect(problems(broken)).toEqual(['FORWARDING_OFF', 'FIREWALL_DROPS_FORWARDED', 'ROUTE_OVERLAPS']);
    expect(await host.everything()).toEqual(before);

    const { exitCode, stdout, stderr } = await host.tsnet('doctor');
    expect({ exitCode, stderr }).toEqual({ exitCode: 13, stderr: '' });
    expect(stdout).toContain(
      'problem FORWARDING_OFF IPv4 forwarding\n  The host does not forward IPv4 packets.\n',
    );
    expect(stdout).toContain('\n    $ tsnet reconcile\n');
    expect(stdout).toMatch(/\n3 problems, (no|\d+) warnings?$/);

    for (const command of broken.findings.flatMap(({ commands }) => commands)) {
      if (command === 'tsnet reconcile') await host.ok('reconcile');
      else await host.run('sh', ['-ec', command]);
    }
    await host.run('ip', ['route', 'del', 'blackhole', '10.1.0.128/25']);
    expect(await report(host)).toMatchObject({ exitCode: 0, healthy: true });
    await host.ok('network', 'rm', '--force', 'web');
  });

  it('prints what the README shows', async () => {
    await using host = await TestHost.open();
    await host.run('sh', ['-c', 'for f in /proc/sys/net/bridge/bridge-nf-call-ip*; do echo 0 > $f; done']);
    await host.ok('network', 'create', 'web', '--subnet', '10.1.0.0/24');
    await host.run('iptables', ['-P', 'FORWARD', 'DROP']);
    const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
    const [, shown = 'nothing'] = /```text\n(problem .*?)```/s.exec(readme) ?? [];
    const { stdout } = await host.tsnet('doctor');
    expect(stdout).toContain(shown);
    await host.ok('network', 'rm', 'web');
  });

  it('looks at the host also when the state is not to be read, and says so', async () => {
    await using host = await TestHost.open();
    await host.run('sh', ['-c', `echo nonsense > ${host.stateDirectory}/state.db`]);
    const { exitCode, stdout } = await host.tsnet('doctor');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`not looked at\n  the networks on record in ${host.stateDirectory}: `);
    await host.run('rm', [`${host.stateDirectory}/state.db`]);
  });
});
