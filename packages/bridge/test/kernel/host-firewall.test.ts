import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addresses, World } from '../world.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const { host, outside } = addresses;
const refuse = 400;

describeKernel(
  'the firewall of the host',
  { needs: ['netns', 'nftables', 'bridge', 'veth', 'iptables'] },
  () => {
    let world: World;

    beforeEach(() => {
      world = new World();
    });

    afterEach(() => world.close());

    const populate = async (options: object = { respectHostFirewall: true }) => {
      await world.network('web', ['10.5.0.0/24', 'fd05::/64'], options);
      await world.network('db', ['10.6.0.0/24', 'fd06::/64']);
      const ports = ['8080:80', `${host.ipv4}:8081:81`, '9000-9009:9000-9009/udp'];
      await world.connect('web', 'a', ports);
      await world.connect('db', 'c');
      await world.sandbox('a').serve('a', 'tcp:80', 'tcp:81', 'udp:9003');
    };

    const ask = (from: World['outside'], patience = 5000) =>
      from.ask(
        { protocol: 'tcp', address: host.ipv4, port: 8080, patience },
        { protocol: 'tcp', address: host.ipv6, port: 8080, patience },
        { protocol: 'tcp', address: host.ipv4, port: 8081, patience },
        { protocol: 'udp', address: host.ipv4, port: 9003, patience },
      );
    const silence = ['silence', 'silence', 'silence', 'silence'];

    const input = (...rules: readonly string[]) =>
      world.host.run(
        'nft',
        [
          'add table inet fw',
          'add chain inet fw input { type filter hook input priority filter; policy drop; }',
          'flush chain inet fw input',
          'add rule inet fw input iifname lo accept',
          'add rule inet fw input ct state established,related accept',
          'add rule inet fw input meta l4proto { icmp, ipv6-icmp } accept',
          ...rules.map((rule) => `add rule inet fw input ${rule}`),
        ].join('; '),
      );

    it('decides nothing about a published port where it is not asked', async () => {
      await populate({});
      input();
      expect(await ask(world.outside)).toEqual([
        `a:80 ${outside.ipv4}`,
        `a:80 ${outside.ipv6}`,
        `a:81 ${outside.ipv4}`,
        `a:9003 ${outside.ipv4}`,
      ]);
    });

    it('decides who reaches which port, as for a server of the host', async () => {
      await populate();
      input();
      expect(await ask(world.outside, refuse)).toEqual(silence);
      expect(await ask(world.sandbox('c'), refuse)).toEqual(silence);
      input(`ip saddr ${outside.ipv4} tcp dport 8080 accept`);
      expect(await ask(world.outside, 3000)).toEqual([`a:80 ${outside.ipv4}`, ...silence.slice(1)]);
      expect(await ask(world.sandbox('c'), refuse)).toEqual(silence);
    });

    it('with a refusal refuses at once', async () => {
      await populate();
      input('tcp dport 8080 reject with tcp reset');
      expect((await ask(world.outside, 3000)).slice(0, 2)).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
    });

    it('that accepts all makes a client wait once, and sees the client', async () => {
      await populate();
      const first = Date.now();
      const questions = [8080, 8081].map((port) => ({ protocol: 'tcp', address: host.ipv4, port }) as const);
      const answers = [`a:80 ${outside.ipv4}`, `a:81 ${outside.ipv4}`];
      expect(await world.outside.ask(...questions)).toEqual(answers);
      expect(Date.now() - first).toBeGreaterThan(900);
      const second = Date.now();
      expect(await world.outside.ask(...questions)).toEqual(answers);
      expect(Date.now() - second).toBeLessThan(900);
      const udp = { protocol: 'udp', address: host.ipv4, port: 9003 } as const;
      expect(await world.outside.ask(udp)).toEqual([`a:9003 ${outside.ipv4}`]);
    });

    it('does not come between the host itself and the port', async () => {
      await populate();
      input();
      const tcp = (address: string) => ({ protocol: 'tcp', address, port: 8080, patience: 900 }) as const;
      const answers = await world.host.ask(tcp('127.0.0.1'), tcp(host.ipv4), tcp(host.ipv6), tcp('::1'));
      expect(answers.map((answer) => answer.split(' ')[0])).toEqual(['a:80', 'a:80', 'a:80', 'ECONNREFUSED']);
    });

    it('of ufw opens a port by its own rule, and closes it again for those who come later', async () => {
      world.host.run('sh', '-ec', `iptables-nft-restore <${fixtures}/ufw.rules`);
      world.host.run('sh', '-ec', `ip6tables-nft-restore <${fixtures}/ufw6.rules`);
      await populate();
      expect(await ask(world.outside, refuse)).toEqual(silence);
      const rule = ['ufw-user-input', '-p', 'tcp', '--dport', '8080', '-j', 'ACCEPT'];
      world.host.run('iptables-nft', '-A', ...rule);
      expect(await ask(world.outside, 3000)).toEqual([`a:80 ${outside.ipv4}`, ...silence.slice(1)]);
      world.host.run('iptables-nft', '-D', ...rule);
      world.outside.ip(
        `addr add 198.51.100.77/24 dev eth0`,
        `route replace ${host.ipv4} dev eth0 src 198.51.100.77`,
      );
      expect(await ask(world.outside, 1500)).toEqual(silence);
    });

    it('is asked again after a repair, and about no port that was closed', async () => {
      await populate();
      input();
      world.host.run('nft', 'flush', 'ruleset');
      input('tcp dport 8081 accept');
      await world.engine.reconcile();
      expect(await world.engine.survey()).toEqual([]);
      expect(await ask(world.outside, 3000)).toEqual([
        'silence',
        'silence',
        `a:81 ${outside.ipv4}`,
        'silence',
      ]);
      await world.engine.deleteNetwork('web', { force: true });
      const sets = ['host_decides4', 'host_decides6'].map(
        (set) => world.host.json('nft', '-j', 'list', 'set', 'inet', 'tsnet', set).nftables[1].set.elem,
      );
      expect(sets).toEqual([undefined, undefined]);
    });
  },
);
