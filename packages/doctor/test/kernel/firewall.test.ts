import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { network, subnet } from '../facts.ts';
import { PrivateHost } from '../private-host.ts';

const web = network({ firewall: 'nftables' }, { endpoints: 1, ports: ['8080:80'] });
const six = network({ firewall: 'nftables', subnets: [subnet('fd00:1::/64')] });
const dropped = 'FIREWALL_DROPS_FORWARDED';

describeKernel('firewalls of others', { needs: ['netns', 'veth', 'nftables'] }, () => {
  it('of a host without any are no finding, and nor is the table of tsnet', async () => {
    await using host = new PrivateHost();
    host.run(
      'nft',
      'add table inet tsnet; add chain inet tsnet f { type filter hook forward priority 0; policy drop; }',
    );
    expect(host.diagnose(web)).toEqual({ findings: [], unread: [] });
  });

  it.each([
    ['iptables', 'table ip filter, chain FORWARD', web],
    ['ip6tables', 'table ip6 filter, chain FORWARD', six],
    ['iptables-legacy', 'iptables-legacy table ip filter, chain FORWARD', web],
    ['ip6tables-legacy', 'iptables-legacy table ip6 filter, chain FORWARD', six],
  ])(
    'with the policy of %s: the finding comes, and goes by its own commands',
    async (program, subject, record) => {
      await using host = new PrivateHost();
      host.run('sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1');
      host.run(program, '-P', 'FORWARD', 'DROP');
      const [finding, ...others] = host.diagnose(record).findings;
      expect([finding, others]).toMatchObject([{ code: dropped, severity: 'problem', subject }, []]);
      if (finding !== undefined) host.remedy(finding);
      expect(host.diagnose(record).findings).toEqual([]);
      host.run(program, '-F', 'FORWARD');
      expect(host.find(dropped, record)).toHaveLength(1);
      host.run(program, '-P', 'FORWARD', 'ACCEPT');
      expect(host.diagnose(record).findings).toEqual([]);
    },
  );

  it('as Docker leaves them are let through by the chain that it leaves to others', async () => {
    await using host = new PrivateHost();
    for (const program of ['iptables', 'iptables-legacy']) {
      for (const line of [
        '-P FORWARD DROP',
        '-N DOCKER-USER',
        '-A DOCKER-USER -j RETURN',
        '-N DOCKER',
        '-A FORWARD -j DOCKER-USER',
        '-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
        '-A FORWARD -o docker0 -j DOCKER',
        '-A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
        '-A DOCKER ! -i docker0 -o docker0 -j DROP',
      ]) {
        host.run(program, ...line.split(' '));
      }
    }
    const findings = host.find(dropped, web);
    expect(findings.map(({ commands }) => commands[0])).toEqual([
      'iptables -I DOCKER-USER -i web -j ACCEPT',
      'iptables-legacy -I DOCKER-USER -i web -j ACCEPT',
    ]);
    for (const finding of findings) host.remedy(finding);
    expect(host.diagnose(web).findings).toEqual([]);
  });

  it.each(['ip6tables', 'ip6tables-legacy'])(
    'of %s: conditions on other packets are passed over',
    async (program) => {
      await using host = new PrivateHost();
      host.run('sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1');
      const drop = ['-A', 'FORWARD', '-j', 'DROP'];
      host.run(program, ...drop, '-m', 'rt', '--rt-type', '0');
      host.run(program, ...drop, '-p', 'udp', '-m', 'udp', '--dport', '53');
      host.run(program, ...drop, '-p', 'icmpv6', '-m', 'icmp6', '--icmpv6-type', 'echo-request');
      host.run(program, ...drop, '-i', 'docker+');
      host.run(program, ...drop, '!', '-s', 'fd00::/8', '-o', 'eth0');
      expect(host.diagnose(six).findings).toEqual([]);
      host.run(program, ...drop, '-m', 'mark', '--mark', '1');
      expect(host.diagnose(six).findings).toMatchObject([{ code: 'FIREWALL_DROPS_SOME' }]);
    },
  );

  it('as firewalld leaves them are found behind its jumps, sets and verdict maps', async () => {
    await using host = new PrivateHost();
    host.run(
      'nft',
      `table inet firewalld {
        chain filter_FORWARD {
          type filter hook forward priority 10; policy accept;
          ct state { established, related } accept
          ct status dnat accept
          iifname "lo" accept
          jump zones
          ct state invalid drop
          reject with icmpx admin-prohibited
        }
        chain zones { iifname vmap { "eth0" : goto public, "web" : goto public }; }
        chain public { ip saddr { 192.0.2.0/24 } accept; }
      }`,
    );
    const [finding] = host.find(dropped, web);
    expect(finding?.what).toBe('It drops packets from web to the outside.');
    expect(finding?.commands[0]).toBe('firewall-cmd --permanent --zone=trusted --add-interface=web');
    host.run('nft', 'add rule inet firewalld public iifname "web" accept');
    expect(host.diagnose(web).findings).toEqual([]);
  });

  it('in a table of somebody: an unconditional drop is a problem, one of some packets a warning', async () => {
    await using host = new PrivateHost();
    host.run('nft', 'add table inet my; add chain inet my passing { type filter hook forward priority 5; }');
    host.run('nft', 'add rule inet my passing tcp dport 25 drop');
    expect(host.diagnose(web).findings).toMatchObject([{ code: 'FIREWALL_DROPS_SOME', severity: 'warning' }]);
    host.run('nft', 'add rule inet my passing iifname "web" drop');
    const [finding] = host.find(dropped, web);
    expect(finding).toMatchObject({ severity: 'problem', subject: 'table inet my, chain passing' });
    if (finding !== undefined) host.remedy(finding);
    expect(host.diagnose(web).findings).toEqual([]);
  });

  it('are read without making a table', async () => {
    await using host = new PrivateHost();
    host.diagnose(web);
    expect(host.run('nft', 'list', 'ruleset')).toBe('');
    expect(host.run('cat', '/proc/net/ip_tables_names')).toBe('');
  });
});
