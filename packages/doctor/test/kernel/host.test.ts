import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { network, subnet } from '../facts.ts';
import { end, PrivateHost } from '../private-host.ts';

const web = network({}, { endpoints: 1, ports: ['8080:80'] });

describeKernel('a host', { needs: ['netns', 'veth', 'bridge', 'nftables'] }, () => {
  it('that is as it should be has no findings, and all of it can be looked at', async () => {
    await using host = new PrivateHost();
    expect(host.diagnose()).toEqual({ findings: [], unread: [] });
  });

  it('whose forwarding is switched off', async () => {
    await using host = new PrivateHost();
    host.run('sysctl', '-qw', 'net.ipv4.ip_forward=0');
    expect(host.diagnose().findings).toEqual([]);
    const dual = network({ subnets: [subnet('10.1.0.0/24'), subnet('fd00:1::/64')] });
    const findings = host.find('FORWARDING_OFF', dual);
    expect(findings.map(({ subject }) => subject)).toEqual(['IPv4 forwarding', 'IPv6 forwarding']);
    for (const finding of findings) host.remedy(finding);
    expect(host.diagnose(dual).findings).toEqual([]);
    host.run('sysctl', '-qw', 'net.ipv4.conf.eth0.forwarding=0');
    const [link] = host.find('FORWARDING_OFF', dual);
    expect(link?.subject).toBe('IPv4 forwarding on eth0');
    if (link !== undefined) host.remedy(link);
    expect(host.diagnose(dual).findings).toEqual([]);
  });

  it('where bridged frames pass the firewall', async ({ skip }) => {
    await using host = new PrivateHost();
    try {
      host.run('sysctl', '-qw', 'net.bridge.bridge-nf-call-iptables=1');
    } catch {
      skip('this machine lacks br_netfilter');
    }
    const [finding] = host.diagnose().findings;
    expect(finding).toMatchObject({ code: 'BRIDGED_FRAMES_FILTERED', severity: 'warning' });
    if (finding !== undefined) host.remedy(finding);
    expect(host.diagnose().findings).toEqual([]);
  });

  it.each(['127.0.0.1', '0.0.0.0', '::'])(
    'with a process that listens on a published port at %s',
    async (address) => {
      await using host = new PrivateHost();
      const child = await host.listen(8080, address);
      const [finding, ...others] = host.diagnose(web).findings;
      expect([finding, others]).toMatchObject([{ code: 'PORT_TAKEN', subject: 'port 8080/tcp' }, []]);
      expect(finding?.what).toContain(`(process ${child.pid}) listens on it`);
      await end(child);
      expect(host.diagnose(web).findings).toEqual([]);
    },
  );

  it('with routes and addresses in the prefix of a network', async () => {
    await using host = new PrivateHost();
    host.run('ip', 'route', 'add', '10.1.0.128/25', 'via', '192.0.2.7');
    expect(host.diagnose(web).findings).toMatchObject([
      { code: 'ROUTE_OVERLAPS', severity: 'problem', subject: 'route 10.1.0.128/25 via 192.0.2.7 by eth0' },
    ]);
    host.run('ip', 'route', 'del', '10.1.0.128/25');
    host.run('ip', 'route', 'add', 'unreachable', '10.0.0.0/8', 'table', '52');
    const codes = host.diagnose(web).findings.map(({ code, severity }) => [code, severity]);
    expect(codes).toEqual([
      ['ROUTE_OVERLAPS', 'warning'],
      ['AUTOMATIC_PREFIXES_COVERED', 'warning'],
    ]);
    host.run('ip', 'route', 'flush', 'table', '52');
    host.run('ip', 'address', 'add', '10.1.0.9/24', 'dev', 'eth0');
    expect(host.diagnose(web).findings).toMatchObject([
      { code: 'HOST_ADDRESS_IN_NETWORK', subject: 'address 10.1.0.9 of eth0' },
    ]);
    host.run('ip', 'address', 'del', '10.1.0.9/24', 'dev', 'eth0');
    expect(host.diagnose(web).findings).toEqual([]);
  });

  it('whose routing rules send packets for a network elsewhere', async () => {
    await using host = new PrivateHost();
    host.run('ip', 'link', 'add', 'web', 'type', 'bridge');
    host.run('ip', 'address', 'add', '10.1.0.1/24', 'dev', 'web');
    host.run('ip', 'link', 'set', 'web', 'up');
    expect(host.diagnose(web).findings).toEqual([]);
    host.run('ip', 'route', 'add', 'default', 'via', '192.0.2.1', 'table', '52');
    host.run('ip', 'rule', 'add', 'lookup', '52', 'priority', '5270');
    const [finding] = host.find('ROUTE_OVERLAPS', web);
    expect(finding).toMatchObject({ subject: 'routing rules', severity: 'problem' });
    if (finding !== undefined) host.remedy(finding);
    expect(host.diagnose(web).findings).toEqual([]);
  });

  it('whose traffic all leaves through a VPN, with strict source filtering on the other way', async () => {
    await using host = new PrivateHost();
    host.run('ip', 'link', 'add', 'vpn0', 'type', 'veth', 'peer', 'name', 'vpn1');
    for (const ifName of ['vpn0', 'vpn1']) host.run('ip', 'link', 'set', ifName, 'mtu', '1400', 'up');
    host.run('sysctl', '-qw', 'net.ipv4.conf.eth0.rp_filter=1');
    expect(host.diagnose(web).findings).toEqual([]);
    for (const half of ['0.0.0.0/1', '128.0.0.0/1']) host.run('ip', 'route', 'add', half, 'dev', 'vpn0');
    const findings = host.diagnose(web).findings;
    expect(findings.map(({ code }) => code)).toEqual(['VPN_DEFAULT_ROUTE', 'RP_FILTER_STRICT']);
    host.run('ip', 'link', 'add', 'web', 'type', 'bridge');
    expect(host.find('MTU_ABOVE_WAY_OUT', web)).toHaveLength(1);
    for (const finding of findings) host.remedy(finding);
    expect(host.find('RP_FILTER_STRICT', web)).toEqual([]);
  });
});
