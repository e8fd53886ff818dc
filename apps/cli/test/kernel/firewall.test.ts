import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { startEchoServer } from '../testing/echo-server.ts';
import { addOutside, hostAddresses, outsideAddresses } from '../testing/outside.ts';
import { TestHost } from '../testing/test-host.ts';

const needs = ['netns', 'bridge', 'veth', 'nftables', 'iptables'] as const;

async function saved(host: TestHost): Promise<readonly string[]> {
  const { stdout } = await host.run('iptables-nft-save', []);
  return stdout
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ''));
}

async function fetchFrom(host: TestHost, netns: string, seconds: number): Promise<string> {
  const url = `http://${hostAddresses.ipv4}:8080/`;
  const args = ['-sS', '--max-time', `${seconds}`, url];
  const { exitCode, stdout } = await host.run('curl', args, netns);
  return exitCode === 0 ? stdout : 'nothing';
}

describeKernel('tsnet beside other firewalls', { needs }, () => {
  it('has networks pass, says what keeps them from it, repairs that, and leaves what was there', async () => {
    await using host = await TestHost.open();
    const outside = await addOutside(host);
    await host.run('iptables-nft', ['-P', 'FORWARD', 'DROP']);
    const before = await saved(host);
    await host.ok('network', 'create', 'web', '--subnet', '10.1.0.0/24');
    await host.ok('netns', 'create', 'server');
    await host.ok('network', 'connect', 'web', 'server', '-p', '8080:80');
    await using _ = await startEchoServer('server', 'server', 80);
    const answer = `server ${outsideAddresses.ipv4}`;
    expect(await fetchFrom(host, outside, 2)).toBe(answer);

    await host.run('iptables-nft', ['-F', 'FORWARD']);
    expect(await fetchFrom(host, outside, 1)).toBe('nothing');
    const status = await host.tsnet('status');
    expect(status).toMatchObject({ exitCode: 13 });
    const problem = 'chain FORWARD of iptables: does not let networks through as it should: web';
    expect(status.stdout).toBe(`${problem}\n  repair: open-iptables chain FORWARD of iptables`);
    expect(await host.ok('reconcile')).toBe(`repaired ${problem}`);
    expect(await fetchFrom(host, outside, 2)).toBe(answer);
    await host.ok('network', 'rm', '--force', 'web');
    expect(await saved(host)).toEqual(before);
  });

  it('leaves it to the firewall of the host who reaches a port, and says so', async () => {
    await using host = await TestHost.open();
    const outside = await addOutside(host);
    await host.run('iptables-nft', ['-P', 'INPUT', 'DROP']);
    await host.ok('network', 'create', 'web', '--subnet', '10.1.0.0/24', '--respect-host-firewall');
    await host.ok('netns', 'create', 'server');
    await host.ok('network', 'connect', 'web', 'server', '-p', '8080:80', '-p', '127.0.0.1:8081:81');
    await using _ = await startEchoServer('server', 'server', 80);
    expect(await host.json('port', 'ls')).toMatchObject([
      { hostPort: 8080, reach: 'everywhere', hostFirewallDecides: true },
      { hostPort: 8081, reach: 'host', hostFirewallDecides: false },
    ]);
    expect(await host.ok('port', 'ls')).toContain(
      'every address of this host, also from other machines that its firewall lets in',
    );
    expect(await fetchFrom(host, outside, 2)).toBe('nothing');
    await host.run('iptables-nft', ['-A', 'INPUT', '-p', 'tcp', '--dport', '8080', '-j', 'ACCEPT']);
    expect(await fetchFrom(host, outside, 4)).toBe(`server ${outsideAddresses.ipv4}`);
    await host.ok('network', 'rm', '--force', 'web');
  });

  it('refuses a kind of firewall that there is not', async () => {
    await using host = await TestHost.open();
    const { exitCode, stderr } = await host.tsnet('network', 'create', 'web', '--firewall', 'ipfw');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('auto, nftables, iptables')]);
  });
});
