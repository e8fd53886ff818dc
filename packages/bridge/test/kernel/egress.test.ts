import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addresses, World } from '../world.ts';

describeKernel('the way out', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;

  beforeAll(async () => {
    world = new World();
    const { far } = addresses;
    // A UDP server on all addresses would answer from another one than was asked.
    await world.outside.serve('outside', 'tcp:7000', `udp:${far.ipv4}:7000`, `udp:${far.ipv6}:7000`);
    // Only where the outside knows the way back does a sandbox that shows its own address get an answer.
    world.outside.ip(
      `route add 10.6.0.0/24 via ${addresses.host.ipv4}`,
      `route add fd06::/64 via ${addresses.host.ipv6}`,
    );
  });

  afterAll(() => world.close());

  const askOutside = (sandbox: string) =>
    world
      .sandbox(sandbox)
      .ask(
        ...[addresses.far.ipv4, addresses.far.ipv6].flatMap((address) =>
          (['tcp', 'udp'] as const).map((protocol) => ({ protocol, address, port: 7000 })),
        ),
      );
  const mtuOf = (machine: World['host'], ifName: string): number =>
    machine.json('ip', '-j', 'link', 'show', ifName)[0].mtu;

  it("shows the host's address, over IPv4 and IPv6, to the first packet already", async () => {
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    await world.connect('web', 'a');
    expect(await askOutside('a')).toEqual([
      ...Array(2).fill(`outside:7000 ${addresses.host.ipv4}`),
      ...Array(2).fill(`outside:7000 ${addresses.host.ipv6}`),
    ]);
  });

  it('shows the address of the sandbox without masquerade', async () => {
    await world.network('plain', ['10.6.0.0/24', 'fd06::/64'], { masquerade: false });
    await world.connect('plain', 'b');
    expect(await askOutside('b')).toEqual([
      ...Array(2).fill('outside:7000 10.6.0.2'),
      ...Array(2).fill('outside:7000 fd06::2'),
    ]);
  });

  it('is as narrow as the way out of the host, at the moment of each connection', async () => {
    world.host.ip('link set eth0 mtu 1400');
    await world.network('narrow', ['10.7.0.0/24']);
    await world.connect('narrow', 'c');
    expect([mtuOf(world.host, 'narrow'), mtuOf(world.sandbox('c'), 'eth0')]).toEqual([1400, 1400]);
    world.host.ip('link set eth0 mtu 1380');
    await world.connect('narrow', 'd');
    expect([mtuOf(world.host, 'narrow'), mtuOf(world.sandbox('d'), 'eth0')]).toEqual([1380, 1380]);
    world.host.ip('link set eth0 mtu 1500');
  });

  it('has the MTU that the network was created with', async () => {
    await world.network('given', ['10.8.0.0/24'], { mtu: 9000 });
    expect(mtuOf(world.host, 'given')).toBe(9000);
    await world.connect('given', 'e');
    await world.connect('given', 'f');
    await world.engine.disconnectSandbox('given', { kind: 'name', name: 'e' });
    expect([mtuOf(world.host, 'given'), mtuOf(world.sandbox('f'), 'eth0')]).toEqual([9000, 9000]);
  });

  it("clamps what TCP says of its segments to the route's MTU", async () => {
    const rules = world.host.run('nft', 'list', 'chain', 'inet', 'tsnet', 'segment_size');
    expect(rules).toContain('maxseg size set rt mtu');
    world.host.ip('link set eth0 mtu 1300');
    await world.connect('given', 'g');
    expect(
      (await world.sandbox('g').ask({ protocol: 'tcp', address: addresses.far.ipv4, port: 7000 }))[0],
    ).toBe(`outside:7000 ${addresses.host.ipv4}`);
    world.host.ip('link set eth0 mtu 1500');
  });
});
