import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SILENCE_MS } from '../machine.ts';
import { addresses, World } from '../world.ts';

const gateway = { open: '10.5.0.1', internal: '10.7.0.1', isolated: '10.8.0.1' } as const;

describeKernel('isolation', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;

  beforeAll(async () => {
    world = new World();
    // The outside knows the way: it is not for want of a route that nothing comes through.
    world.outside.ip(
      `route add 10.7.0.0/24 via ${addresses.host.ipv4}`,
      `route add fd07::/64 via ${addresses.host.ipv6}`,
    );
    await world.network('open', ['10.5.0.0/24', 'fd05::/64']);
    await world.network('other', ['10.6.0.0/24', 'fd06::/64']);
    await world.network('internal', ['10.7.0.0/24', 'fd07::/64'], { internal: true });
    await world.network('isolated', ['10.8.0.0/24', 'fd08::/64'], { isolated: true });
    await world.connect('open', 'a');
    await world.connect('open', 'b');
    await world.connect('other', 'c');
    await world.connect('internal', 'i');
    await world.connect('internal', 'j');
    await world.connect('isolated', 'x', ['8080:80']);
    await world.connect('isolated', 'y');
    await Promise.all(
      ['b', 'c', 'i', 'x'].map((name) => world.sandbox(name).serve(name, 'tcp:80', 'udp:80')),
    );
  });

  afterAll(() => world.close());

  /** Those of the targets that answer. */
  const pings = async (from: string, ...targets: readonly string[]) => {
    const answered = await Promise.all(targets.map((target) => world.sandbox(from).ping(target, SILENCE_MS)));
    return targets.filter((_, index) => answered[index]);
  };
  const answers = (from: string, address: string, port = 80) =>
    world
      .sandbox(from)
      .ask(
        { protocol: 'tcp', address, port, patience: SILENCE_MS },
        { protocol: 'udp', address, port, patience: SILENCE_MS },
      );

  it('lets sandboxes of one network reach each other, and the outside', async () => {
    const { far } = addresses;
    const reached = await pings('a', '10.5.0.3', 'fd05::3', '10.5.0.1', 'fd05::1', far.ipv4, far.ipv6);
    expect(reached).toEqual(['10.5.0.3', 'fd05::3', '10.5.0.1', 'fd05::1', far.ipv4, far.ipv6]);
    expect(await answers('a', '10.5.0.3')).toEqual(['b:80 10.5.0.2', 'b:80 10.5.0.2']);
  });

  it('keeps two networks apart', async () => {
    expect(await pings('a', '10.6.0.2', 'fd06::2', '10.7.0.2', '10.8.0.2')).toEqual([]);
    expect(await pings('c', '10.5.0.2', 'fd05::2')).toEqual([]);
    const all = await Promise.all(['10.6.0.2', 'fd06::2'].map((address) => answers('a', address)));
    expect(all.flat()).toEqual(Array(4).fill('silence'));
  });

  it('gives an internal network no default route, and no way out over one that is added', async () => {
    const inside = world.sandbox('i');
    expect(inside.json('ip', '-j', 'route', 'show', 'default')).toEqual([]);
    expect(inside.json('ip', '-j', '-6', 'route', 'show', 'default')).toEqual([]);
    inside.ip(`route add default via ${gateway.internal}`, 'route add default via fd07::1');
    const { far, outside } = addresses;
    expect(await pings('i', far.ipv4, far.ipv6, outside.ipv4, '10.5.0.2', 'fd05::2')).toEqual([]);
    expect(await pings('i', '10.7.0.3', 'fd07::3')).toEqual(['10.7.0.3', 'fd07::3']);
  });

  it('lets nobody outside reach an internal network', async () => {
    expect(await world.outside.ping('10.7.0.2', SILENCE_MS)).toBe(false);
    expect(await world.outside.ping('fd07::2', SILENCE_MS)).toBe(false);
  });

  it('refuses to publish ports of an internal network', async () => {
    await expect(world.connect('internal', 'k', ['8081:80'])).rejects.toThrow('internal');
  });

  it('keeps the sandboxes of an isolated network apart, also by way of the gateway', async () => {
    const { far } = addresses;
    expect(await pings('y', '10.8.0.2', 'fd08::2', gateway.isolated, far.ipv4, far.ipv6)).toEqual([
      gateway.isolated,
      far.ipv4,
      far.ipv6,
    ]);
    world
      .sandbox('y')
      .ip(`route add 10.8.0.2/32 via ${gateway.isolated}`, 'route add fd08::2/128 via fd08::1');
    expect(await pings('y', '10.8.0.2', 'fd08::2')).toEqual([]);
    expect(await answers('y', '10.8.0.2')).toEqual(['silence', 'silence']);
  });

  it('still publishes ports of an isolated network', async () => {
    const { host, outside } = addresses;
    const question = { protocol: 'tcp', address: host.ipv4, port: 8080 } as const;
    expect(await world.outside.ask(question)).toEqual([`x:80 ${outside.ipv4}`]);
    expect(await world.sandbox('a').ask(question)).toEqual(['x:80 10.5.0.2']);
  });

  it("keeps the host's loopback addresses from sandboxes that route them to the gateway", async () => {
    await world.host.serve('host', 'tcp:127.0.0.1:5000', 'udp:127.0.0.1:5000', 'tcp:0.0.0.0:5001');
    const inside = world.sandbox('a');
    inside.run('sysctl', '-wq', 'net.ipv4.conf.eth0.route_localnet=1');
    inside.ip(
      'route del local 127.0.0.1 table local',
      'route del local 127.0.0.0/8 table local',
      `route add 127.0.0.0/8 via ${gateway.open}`,
    );
    expect(await answers('a', '127.0.0.1', 5000)).toEqual(['silence', 'silence']);
    expect((await answers('a', '127.0.0.5', 5001))[0]).toBe('silence');
    expect((await answers('a', gateway.open, 5001))[0]).toBe('host:5001 10.5.0.2');
  });
});
