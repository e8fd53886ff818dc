import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Machine } from '../machine.ts';
import { addresses, World } from '../world.ts';

const protocols = ['tcp', 'udp'] as const;
const families = ['ipv4', 'ipv6'] as const;
const loopback = { ipv4: '127.0.0.1', ipv6: '::1' } as const;
const ends = {
  server: { ipv4: '10.5.0.2', ipv6: 'fd05::2' },
  sibling: { ipv4: '10.5.0.3', ipv6: 'fd05::3' },
  stranger: { ipv4: '10.6.0.2', ipv6: 'fd06::2' },
} as const;
const gateway = { ipv4: '10.5.0.1', ipv6: 'fd05::1' } as const;

describeKernel('published ports', { needs: ['netns', 'nftables', 'bridge', 'veth', 'conntrack'] }, () => {
  let world: World;

  beforeAll(async () => {
    world = new World();
    for (const x of ['iptables', 'ip6tables'])
      world.host.run('sysctl', '-wq', `net.bridge.bridge-nf-call-${x}=${process.env.BRNF ?? 1}`);
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    await world.network('other', ['10.6.0.0/24', 'fd06::/64']);
    await world.connect('web', 'server', ['8080:80', '8080:80/udp']);
    await world.connect('web', 'sibling');
    await world.connect('other', 'stranger');
    await world.sandbox('server').serve('server', 'tcp:80', 'udp:80');
  });

  afterAll(() => world.close());

  /** Asks both protocols over both families, and returns the answers in that order. */
  const ask = (from: Machine, at: Readonly<Record<'ipv4' | 'ipv6', string>>) =>
    from.ask(
      ...families.flatMap((family) =>
        protocols.map((protocol) => ({ protocol, address: at[family], port: 8080 })),
      ),
    );
  const seenAs = (client: Readonly<Record<'ipv4' | 'ipv6', string>>) =>
    families.flatMap((family) => protocols.map(() => `server:80 ${client[family]}`));

  describe('over tcp and udp, IPv4 and IPv6', () => {
    it('answer from outside, and the server sees the address of the client', async () => {
      expect(await ask(world.outside, addresses.host)).toEqual(seenAs(addresses.outside));
    });

    it("answer at the host's own address, from the host", async () => {
      expect(await ask(world.host, addresses.host)).toEqual(seenAs(addresses.host));
    });

    it('answer at the loopback addresses of the host', async () => {
      const [tcp, udp, ...over6] = await ask(world.host, loopback);
      expect([tcp, udp]).toEqual(Array(2).fill('server:80 10.5.0.1'));
      expect(over6).toEqual(Array(2).fill('ECONNREFUSED'));
    });

    it("answer a sandbox of the same network at the host's address", async () => {
      expect(await ask(world.sandbox('sibling'), addresses.host)).toEqual(seenAs(gateway));
    });

    it("answer the server itself at the host's address", async () => {
      expect(await ask(world.sandbox('server'), addresses.host)).toEqual(seenAs(gateway));
    });

    it("answer a sandbox of another network at the host's address, and the server sees who asks", async () => {
      expect(await ask(world.sandbox('stranger'), addresses.host)).toEqual(seenAs(ends.stranger));
    });

    it('answer at the gateway of the network', async () => {
      expect(await ask(world.sandbox('sibling'), gateway)).toEqual(seenAs(gateway));
    });
  });

  it('publish nothing else: the port behind is silent from outside, even with a route to it', async () => {
    world.outside.ip(
      `route add 10.5.0.0/24 via ${addresses.host.ipv4}`,
      `route add fd05::/64 via ${addresses.host.ipv6}`,
    );
    const probes = families.flatMap((family) =>
      protocols.map((protocol) => ({ protocol, address: ends.server[family], port: 80, patience: 400 })),
    );
    expect(await world.outside.ask(...probes)).toEqual(Array(4).fill('silence'));
  });
});
