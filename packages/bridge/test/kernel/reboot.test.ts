import { Engine, Host } from '@tsnet/core';
import { IpPrefix } from '@tsnet/inet';
import { MemoryStore, type Store } from '@tsnet/ipam';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BridgeDriver } from '../../src/bridge-driver.ts';
import { addresses, ips, World } from '../world.ts';

describeKernel('a reboot', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;
  const opened: { close(): void }[] = [];

  beforeEach(async () => {
    world = new World();
    await world.network('web', ['10.5.0.0/24', 'fd05::/64'], { labels: { team: 'front' } });
    await world.network('db', ['10.6.0.0/24'], { internal: true, ifName: 'backend' });
    await world.connect('web', 'a', ['8080:80']);
    await world.engine.settled();
  });

  afterEach(async () => {
    // The store is the world's.
    for (const one of opened.splice(0)) one.close();
    await world.close();
  });

  /** The kernel forgets everything that is not on a disk. */
  const wipe = async () => {
    await world.sandbox('a').close();
    world.forget('a');
    world.host.ip('link del web', 'link del backend');
    // Links go a moment after their namespace; no boot begins with any.
    await expect.poll(async () => (await world.traces()).links, { timeout: 10_000 }).toEqual([]);
    world.host.run('nft', 'flush', 'ruleset');
    world.host.run('sysctl', '-wq', 'net.ipv4.ip_forward=0', 'net.ipv6.conf.all.forwarding=0');
  };

  /** An engine of the next boot, on the same store. */
  const openNext = (store: Store = world.store) => {
    const { linux, runDirectory } = world;
    const host = Host.open({
      linux,
      netns: world.namespaces.open({ kind: 'name', name: 'host' }),
      runDirectory,
      bootId: 'next',
    });
    const driver = BridgeDriver.open({ host });
    opened.push(driver, host);
    return new Engine({ host, store, drivers: [driver] });
  };

  it('is over with the first change: networks are back, endpoints of dead sandboxes and what they held are gone', async () => {
    const before = (await world.engine.listNetworks()).map(({ bootId: _, ...network }) => network);
    await wipe();
    const next = openNext();
    await next.createSandbox('b');
    const { ports } = await next.connect({
      network: 'web',
      sandbox: { kind: 'name', name: 'b' },
      addresses: ips('10.5.0.2', 'fd05::2'),
      ports: [{ protocol: 'tcp', hostPort: 8080, port: 80, count: 1 }],
    });
    expect(ports).toHaveLength(1);
    const networks = await next.listNetworks();
    expect(networks.map(({ bootId: _, ...network }) => network)).toEqual(before);
    expect(networks.map(({ bootId }) => bootId)).toEqual(['next', 'next']);
    expect((await next.listEndpoints()).map(({ sandbox }) => sandbox.ref)).toEqual(['b']);
    await next.settled();
    expect(await next.survey()).toEqual([]);
    const b = world.namedSandbox('b');
    expect(await b.ping(addresses.far.ipv4)).toBe(true);
    expect(await b.ping(addresses.far.ipv6)).toBe(true);
    await next.deleteSandbox('b');
    await next.settled();
  });

  it('brings networks back beside those that another store has made since', async () => {
    await wipe();
    const other = openNext(new MemoryStore());
    await other.createNetwork({ name: 'theirs', subnets: [{ prefix: IpPrefix.parse('10.7.0.0/24') }] });
    const rules = () => world.host.run('nft', '-j', 'list', 'map', 'inet', 'tsnet', 'networks');
    expect(rules()).toContain('theirs');
    const next = openNext();
    await next.createNetwork({ name: 'new' });
    expect(world.host.run('ip', '-j', 'link', 'show', 'theirs')).toContain('theirs');
    expect(world.host.run('ip', '-j', 'link', 'show', 'web')).toContain('web');
    expect(rules()).toContain('theirs');
    await next.deleteNetwork('new');
    await other.deleteNetwork('theirs');
  });

  it('costs nothing but a look when it was long ago', async () => {
    await wipe();
    const next = openNext();
    await next.recover();
    await next.createNetwork({ name: 'new' });
    const after = openNext();
    world.host.ip('link set web down');
    await after.createNetwork({ name: 'newer' });
    // Nothing was repaired: nobody asked for it.
    expect((await after.survey()).map(({ problem }) => problem)).toContain('down');
    await after.reconcile();
    expect(await after.survey()).toEqual([]);
  });
});
