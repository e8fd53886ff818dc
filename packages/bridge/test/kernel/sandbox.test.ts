import { IpAddress, MacAddress } from '@tsnet/inet';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addresses, ips, World } from '../world.ts';

describeKernel('a sandbox', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;

  beforeAll(async () => {
    world = new World();
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    await world.network('db', ['10.6.0.0/24', 'fd06::/64']);
    await world.network('four', ['10.7.0.0/24']);
  });

  afterAll(() => world.close());

  const disconnect = (network: string, name: string) =>
    world.engine.disconnectSandbox(network, { kind: 'name', name });
  const setting = (sandbox: string, name: string) =>
    world.sandbox(sandbox).run('sysctl', '-n', `net.${name}`).trim();

  it('has eth0 with its addresses and routes, and a loopback that is up', async () => {
    const { mac } = await world.connect('web', 'a');
    const inside = world.sandbox('a');
    const links = inside.json('ip', '-j', 'address');
    const [lo, eth0] = ['lo', 'eth0'].map((name) =>
      links.find((link: { ifname: string }) => link.ifname === name),
    );
    expect(lo.flags).toContain('UP');
    expect(await inside.ping('127.0.0.1')).toBe(true);
    expect(eth0).toMatchObject({ operstate: 'UP', address: `${mac}`, mtu: 1500 });
    const global = eth0.addr_info.filter(({ scope }: { scope: string }) => scope === 'global');
    expect(
      global.map((info: { local: string; prefixlen: number }) => `${info.local}/${info.prefixlen}`),
    ).toEqual(['10.5.0.2/24', 'fd05::2/64']);
    expect(inside.json('ip', '-j', 'route', 'show', 'default')[0].gateway).toBe('10.5.0.1');
    expect(inside.json('ip', '-j', '-6', 'route', 'show', 'default')[0].gateway).toBe('fd05::1');
  });

  it('announces itself, and takes neither addresses nor routes from its neighbors', () => {
    expect(setting('a', 'ipv4.conf.eth0.arp_notify')).toBe('1');
    expect(setting('a', 'ipv6.conf.eth0.accept_ra')).toBe('0');
    expect(setting('a', 'ipv6.conf.eth0.disable_ipv6')).toBe('0');
    expect(world.host.run('sysctl', '-n', 'net.ipv6.conf.web.accept_ra').trim()).toBe('0');
  });

  it('has no IPv6 on a network without', async () => {
    await world.connect('four', 'four');
    expect(world.sandbox('four').json('ip', '-j', '-6', 'address', 'show', 'eth0')).toEqual([]);
    expect(world.host.json('ip', '-j', '-6', 'address', 'show', 'four')).toEqual([]);
  });

  it('has an end on the host that takes no part in IPv6, on a bridge that does', async () => {
    const { hostIfName } = await world.connect('web', 'end');
    expect(world.host.json('ip', '-j', '-6', 'address', 'show', hostIfName)).toEqual([]);
    expect(world.host.json('ip', '-j', '-6', 'route', 'show', 'table', 'all', 'dev', hostIfName)).toEqual([]);
    expect(world.host.json('ip', '-j', '-6', 'address', 'show', 'web')).not.toEqual([]);
  });

  it('keeps its MAC address with its IP address', async () => {
    const first = await world.connect('web', 'b', [], { addresses: ips('10.5.0.50') });
    expect(first.mac).toEqual(MacAddress.derive(IpAddress.parse('10.5.0.50')));
    await disconnect('web', 'b');
    const second = await world.connect('web', 'b', [], { addresses: ips('10.5.0.50') });
    expect(second.mac).toEqual(first.mac);
  });

  it('is found at once by neighbors that knew another MAC address for its IP addresses', async () => {
    const there = ips('10.5.0.60', 'fd05::60');
    const neighbor = world.sandbox('a');
    for (const mac of ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03']) {
      await world.connect('web', 'c', [], { addresses: there, mac: MacAddress.parse(mac) });
      for (const address of ['10.5.0.60', 'fd05::60']) {
        for (const one of [neighbor, world.host]) {
          expect(await one.ping(address, 500)).toBe(true);
          const [entry] = one.json('ip', '-j', 'neighbor', 'show', 'to', address);
          expect(entry.lladdr).toBe(mac);
        }
      }
      await disconnect('web', 'c');
    }
  });

  it('is announced by the time that all is settled, and leaves no neighbor of its own', async () => {
    await world.connect('four', 'listener');
    const listener = world.sandbox('listener');
    // An entry comes into being by an announcement alone.
    listener.run('sysctl', '-wq', 'net.ipv4.conf.eth0.arp_accept=1');
    const announced: object[] = [];
    for (let count = 0; count < 20; count++) {
      const { mac, addresses } = await world.connect('four', `loud${count}`);
      announced.push(expect.objectContaining({ dst: `${addresses[0]?.prefix.address}`, lladdr: `${mac}` }));
    }
    await world.engine.settled();
    expect(listener.json('ip', '-j', 'neighbor')).toEqual(expect.arrayContaining(announced));
    expect(world.sandbox('loud0').json('ip', '-j', 'neighbor', 'show', 'nud', 'all', 'dev', 'eth0')).toEqual(
      [],
    );
  });

  it('is heard by its neighbors, over ARP and IPv6, and not by itself', async () => {
    const neighbor = world.sandbox('a').listen('eth0');
    const self = world.sandbox('self').listen('any');
    await Promise.all([neighbor.ready, self.ready]);
    const { addresses } = await world.connect('web', 'self');
    await world.engine.settled();
    const [ipv4, ipv6] = addresses.map(({ prefix }) => `${prefix.address}`);
    const heard = await neighbor.stop();
    expect(heard).toContain(`Request who-has ${ipv4} tell ${ipv4}`);
    expect(heard).toContain(`neighbor advertisement, tgt is ${ipv6}`);
    expect(await self.stop()).not.toContain('neighbor advertisement');
    // What passes the firewall of the bridge may come back by now.
    const [{ linkinfo }] = world.host.json('ip', '-j', '-d', 'link', 'show', 'master', 'web').slice(-1);
    expect(linkinfo.info_slave_data.hairpin).toBe(true);
  });

  it('may be taken away while it is being announced, and its name given to another link', async () => {
    for (const mac of ['02:00:00:00:00:01', '02:00:00:00:00:02']) {
      await world.connect('web', 'brief', [], { mac: MacAddress.parse(mac) });
      await disconnect('web', 'brief');
    }
    const { mac } = await world.connect('web', 'brief');
    await world.engine.settled();
    const [eth0] = world.sandbox('brief').json('ip', '-j', 'link', 'show', 'eth0');
    expect(eth0.address).toBe(`${mac}`);
    await disconnect('web', 'brief');
    await world.connect('web', 'brief');
    await world.engine.deleteSandbox('brief');
    await world.engine.settled();
    expect(await world.engine.listEndpoints('web')).not.toContainEqual(
      expect.objectContaining({ sandbox: expect.objectContaining({ ref: 'brief' }) }),
    );
  });

  it('reaches the outside over its first network, and over the second when the first goes', async () => {
    await world.connect('web', 'two');
    const second = await world.connect('db', 'two');
    expect(second.ifName).toBe('eth1');
    const inside = world.sandbox('two');
    const wayOut = () =>
      [addresses.far.ipv4, addresses.far.ipv6].map(
        (to) => inside.json('ip', '-j', 'route', 'get', to)[0].dev,
      );
    expect(wayOut()).toEqual(['eth0', 'eth0']);
    expect(await inside.ping('10.6.0.1')).toBe(true);
    await disconnect('web', 'two');
    expect(wayOut()).toEqual(['eth1', 'eth1']);
    expect(await inside.ping(addresses.far.ipv4)).toBe(true);
    expect(await inside.ping(addresses.far.ipv6)).toBe(true);
    const third = await world.connect('web', 'two');
    expect(third.ifName).toBe('eth0');
  });

  it('answers and asks the first packet after the connection at once, every time', async () => {
    const neighbor = world.sandbox('a');
    for (let round = 0; round < 20; round++) {
      const name = `quick${round}`;
      const { addresses: own } = await world.connect('web', name);
      const [ipv4, ipv6] = own.map(({ prefix }) => `${prefix.address}`);
      // The kernel would notice a carrier up to a second later, and check an address for as long.
      expect(await world.sandbox(name).ping('10.5.0.2', 300)).toBe(true);
      expect(await neighbor.ping(ipv6 ?? '', 300)).toBe(true);
      expect(await neighbor.ping(ipv4 ?? '', 300)).toBe(true);
      await world.engine.deleteSandbox(name);
    }
  });

  it('on a new network asks and is asked over IPv6 at once', async () => {
    await world.network('fresh', ['10.9.0.0/24', 'fd09::/64']);
    await world.connect('fresh', 'fresh');
    expect(await world.sandbox('fresh').ping(addresses.far.ipv6, 300)).toBe(true);
    expect(await world.host.ping('fd09::2', 300)).toBe(true);
  });

  it('may be named by its path and by a process in it', async () => {
    const inside = world.sandbox('ways');
    const byPath = await world.engine.connect({
      network: 'web',
      sandbox: { kind: 'path', path: inside.path },
    });
    const { pid = 0 } = await inside.serve('ways', 'tcp:80');
    const byPid = await world.engine.connect({ network: 'db', sandbox: { kind: 'pid', pid } });
    expect([byPath.ifName, byPid.ifName]).toEqual(['eth0', 'eth1']);
    expect(byPid.sandbox.key).toBe(byPath.sandbox.key);
    // Also under a name that it was not connected by.
    await disconnect('web', 'ways');
    await disconnect('db', 'ways');
    expect(inside.json('ip', '-j', 'link').map(({ ifname }: { ifname: string }) => ifname)).toEqual(['lo']);
  });
});
