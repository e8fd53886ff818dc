import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { NotReadyError, PublishError, parsePortSpec } from '@tsnet/core';
import { FaultyDriver } from '@tsnet/core/testing';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { addresses, noTraces, World } from '../world.ts';

describeKernel('deleting', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  const faulty = async () => {
    const drivers: FaultyDriver[] = [];
    const world = new World({
      wrap(inner) {
        const driver = new FaultyDriver(inner);
        drivers.push(driver);
        return driver;
      },
    });
    await world.network('web', ['10.5.0.0/24']);
    const [driver] = drivers;
    if (driver === undefined) throw new Error('the world has no driver');
    return { world, driver };
  };
  it('a sandbox takes its name away also when its ports cannot be closed', async () => {
    const { world, driver } = await faulty();
    await using _ = world;
    const endpoint = await world.connect('web', 'a', ['8080:80']);
    const network = await world.engine.getNetwork('web');
    driver.fail(...driver.unpublish(network, endpoint, endpoint.ports).map(({ name }) => name));
    await expect(world.engine.deleteSandbox('a')).rejects.toThrow();
    driver.heal();
    await world.engine.settled();
    expect(await world.engine.listEndpoints()).toEqual([]);
    expect(await world.engine.deleteSandbox('a')).toBe(false);
    await world.engine.deleteNetwork('web');
    expect(await world.traces()).toEqual(noTraces);
  });

  it('a network by force lets nobody connect any more, and can be done again when it failed', async () => {
    const { world, driver } = await faulty();
    await using _ = world;
    const endpoint = await world.connect('web', 'a');
    const network = await world.engine.getNetwork('web');
    driver.fail(...driver.disconnect(network, endpoint).map(({ name }) => name));
    await expect(world.engine.deleteNetwork('web', { force: true })).rejects.toThrow();
    expect((await world.engine.getNetwork('web')).state).toBe('deleting');
    await expect(world.connect('web', 'b')).rejects.toThrow(NotReadyError);
    driver.heal();
    await world.engine.deleteNetwork('web', { force: true });
    expect(await world.traces()).toEqual(noTraces);
  });

  it('a name of a sandbox that it was not connected by leaves it connected', async () => {
    await using world = new World();
    await world.network('web', ['10.5.0.0/24']);
    const endpoint = await world.connect('web', 'o1');
    const [first, second] = ['o1', 'o2'].map((name) => `${world.runDirectory}/${name}`);
    writeFileSync(`${second}`, '');
    execFileSync('mount', ['--bind', `${first}`, `${second}`]);
    expect(await world.engine.deleteSandbox('o2')).toBe(true);
    await world.engine.settled();
    expect((await world.engine.getEndpoint(endpoint.id)).state).toBe('ready');
    expect(await world.sandbox('o1').ping('10.5.0.1')).toBe(true);
    expect(await world.engine.deleteSandbox('o1')).toBe(true);
    await world.engine.settled();
    expect(await world.engine.listEndpoints()).toEqual([]);
  });
});

describeKernel('publishing on an address', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  it.each([
    ['224.0.0.1:80:80', 'is a multicast address'],
    ['255.255.255.255:80:80', 'is the broadcast address'],
    ['198.51.100.255:80:80', 'is not an address of this host'],
    ['[fe80::1]:80:80', 'is a link-local address'],
    ['[ff02::1]:80:80', 'is a multicast address'],
    [`[::ffff:${addresses.host.ipv4}]:80:80`, 'is an IPv4 address written as IPv6'],
    ['203.0.113.9::80', 'is not an address of this host'],
  ])('refuses %s, which %s', async (text, reason) => {
    await using world = new World();
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    const refused = world.connect('web', 'a', [text]);
    await expect(refused).rejects.toThrow(PublishError);
    await expect(refused).rejects.toThrow(reason);
  });

  it('says so when a port is given twice', async () => {
    await using world = new World();
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    await expect(world.connect('web', 'a', ['8080:80', '8080-8081:80-81'])).rejects.toThrow('given twice');
    const all = ['0.0.0.0:8080:80', '[::]:8080:80', '8080:80/udp'];
    expect((await world.connect('web', 'a', all)).ports).toEqual(all.map(parsePortSpec));
  });
});
