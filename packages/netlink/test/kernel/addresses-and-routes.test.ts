import { IpAddress, IpPrefix, MacAddress } from '@tsnet/inet';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import {
  addAddress,
  addRoute,
  changeLink,
  createVeth,
  deleteAddress,
  deleteNeighbor,
  deleteRoute,
  findRoute,
  getLink,
  listAddresses,
  listNeighbors,
  listRoutes,
  neighborStates,
  routeProtocols,
  routeScopes,
  routeTypes,
  setNeighbor,
} from '../../src/index.ts';
import { TestNetns } from './test-netns.ts';

/** A namespace with a link `a`, up, that has an address of each family. */
function wired() {
  const netns = new TestNetns();
  netns.connection.send(createVeth({ ifName: 'a', peer: { ifName: 'b' } }), changeLink('b', { up: true }));
  const { ifIndex } = getLink(netns.connection, 'a');
  const addresses = ['10.1.2.3/24', 'fd00:1::3/64'].map((text) => IpPrefix.parse(text));
  netns.connection.send(...addresses.map((prefix) => addAddress(ifIndex, prefix)));
  return Object.assign(netns, { ifIndex });
}

const parse = IpAddress.parse;

describeKernel('addresses', { needs: ['netns', 'veth'] }, () => {
  it('are added with a broadcast address, or at once usable', () => {
    using netns = wired();
    const [{ addr_info }] = netns.ip('address show dev a');
    expect(addr_info).toContainEqual(
      expect.objectContaining({ local: '10.1.2.3', prefixlen: 24, broadcast: '10.1.2.255', scope: 'global' }),
    );
    const v6 = addr_info.find(({ local }: { local: string }) => local === 'fd00:1::3');
    expect(v6).toMatchObject({ prefixlen: 64, nodad: true });
    expect(v6.tentative).toBeUndefined();
  });

  it('without room for a broadcast address have none', () => {
    using netns = wired();
    for (const text of ['10.5.0.0/31', '10.6.0.1/32']) {
      netns.connection.send(addAddress(netns.ifIndex, IpPrefix.parse(text)));
    }
    const [{ addr_info }] = netns.ip('-4 address show dev a');
    expect(addr_info.map(({ broadcast }: { broadcast?: string }) => broadcast)).toEqual([
      '10.1.2.255',
      undefined,
      undefined,
    ]);
  });

  it('are listed, of one link or of all', () => {
    using netns = wired();
    const { connection, ifIndex } = netns;
    const listed = listAddresses(connection, ifIndex);
    expect(listed.every((address) => address.ifIndex === ifIndex)).toBe(true);
    expect(listed.map(({ prefix }) => String(prefix))).toEqual(
      expect.arrayContaining(['10.1.2.3/24', 'fd00:1::3/64']),
    );
    expect(listed.find(({ prefix }) => String(prefix) === 'fd00:1::3/64')).toMatchObject({
      tentative: false,
      scope: 0,
    });
    const all = listAddresses(connection);
    expect(all).toContainEqual(expect.objectContaining({ ifIndex: 1, scope: routeScopes.host }));
    const said = netns.ip('address show').flatMap(({ addr_info }) => addr_info);
    expect(all.map(({ prefix }) => String(prefix)).toSorted()).toEqual(
      said.map(({ local, prefixlen }) => `${local}/${prefixlen}`).toSorted(),
    );
  });

  it('are taken away', () => {
    using netns = wired();
    const { connection, ifIndex } = netns;
    for (const text of ['10.1.2.3/24', 'fd00:1::3/64']) {
      const prefix = IpPrefix.parse(text);
      connection.send(deleteAddress(ifIndex, prefix));
      expect(() => connection.send(deleteAddress(ifIndex, prefix))).toThrow(
        expect.objectContaining({ kind: 'not-found', errnoName: 'EADDRNOTAVAIL' }),
      );
    }
    expect(JSON.stringify(netns.ip('address show dev a'))).not.toMatch(/10\.1\.2\.3|fd00:1::3/);
  });

  it('that are taken or have no link are refused by name', () => {
    using netns = wired();
    const { connection, ifIndex } = netns;
    for (const text of ['10.1.2.3/24', 'fd00:1::3/64']) {
      expect(() => connection.send(addAddress(ifIndex, IpPrefix.parse(text)))).toThrow(
        expect.objectContaining({ errnoName: 'EEXIST', subject: `${text} to link ${ifIndex}` }),
      );
    }
    expect(() => connection.send(addAddress(4242, IpPrefix.parse('10.0.0.1/24')))).toThrow(
      expect.objectContaining({ errnoName: 'ENODEV', kind: 'not-found' }),
    );
  });
});

describeKernel('routes', { needs: ['netns', 'veth'] }, () => {
  const cases = [
    ['0.0.0.0/0', '10.1.2.1', undefined],
    ['192.0.2.0/24', '10.1.2.1', 50],
    ['198.51.100.0/24', undefined, undefined],
    ['::/0', 'fd00:1::1', undefined],
    ['2001:db8::/32', 'fd00:1::1', 50],
    ['2001:db9::/32', undefined, undefined],
  ] as const;

  it.each(cases)('to %s by %s with priority %s are added, listed and taken away', (to, gateway, priority) => {
    using netns = wired();
    const { connection, ifIndex } = netns;
    const destination = IpPrefix.parse(to);
    const spec = {
      destination,
      ifIndex,
      ...(gateway === undefined ? {} : { gateway: parse(gateway) }),
      ...(priority === undefined ? {} : { priority }),
    };
    const show = () => netns.ip(`-${destination.family === 'ipv4' ? 4 : 6} route show ${to}`);
    connection.send(addRoute(spec));
    const [said] = show();
    expect(said).toMatchObject({ dev: 'a', protocol: 'static' });
    expect(said.gateway).toBe(gateway);
    expect(said.metric).toBe(priority ?? (destination.family === 'ipv4' ? undefined : 1024));

    const listed = listRoutes(connection, { family: destination.family }).find((route) =>
      route.destination.equals(destination),
    );
    expect(listed).toMatchObject({
      ifIndex,
      protocol: routeProtocols.static,
      type: routeTypes.unicast,
      cloned: false,
    });
    expect([listed?.gateway?.toString(), listed?.priority]).toEqual([gateway, said.metric ?? 0]);

    expect(() => connection.send(addRoute(spec))).toThrow(`cannot add route to ${to}: `);
    connection.send(deleteRoute(spec));
    expect(show()).toEqual([]);
    expect(() => connection.send(deleteRoute(spec))).toThrow(expect.objectContaining({ errnoName: 'ESRCH' }));
  });

  it('of both families are listed together', async () => {
    using netns = wired();
    const said = () => [4, 6].flatMap((family) => netns.ip(`-${family} route show table all`)).length;
    // The kernel adds those of IPv6 a moment after the link has come up: both look at the same ones by then.
    await expect.poll(() => listRoutes(netns.connection).length - said(), { timeout: 5000 }).toBe(0);
    const all = listRoutes(netns.connection);
    const families = ['ipv4', 'ipv6'] as const;
    expect(families.flatMap((family) => listRoutes(netns.connection, { family }))).toEqual(all);
  });

  it('that are not of our making stay', () => {
    using netns = wired();
    netns.run('ip route add 192.0.2.0/24 dev a');
    const spec = { destination: IpPrefix.parse('192.0.2.0/24'), ifIndex: netns.ifIndex };
    expect(() => netns.connection.send(deleteRoute(spec))).toThrow(
      expect.objectContaining({ errnoName: 'ESRCH' }),
    );
    expect(netns.ip('route show 192.0.2.0/24').length).toBe(1);
  });

  it('to a gateway that nobody knows are refused in the words of the kernel', () => {
    using netns = wired();
    const spec = {
      destination: IpPrefix.parse('192.0.2.0/24'),
      gateway: parse('10.99.0.1'),
      ifIndex: netns.ifIndex,
    };
    expect(() => netns.connection.send(addRoute(spec))).toThrow(
      'cannot add route to 192.0.2.0/24: Nexthop has invalid gateway (ENETUNREACH)',
    );
  });

  it('are found for one destination, as ip finds them', () => {
    using netns = wired();
    const { connection, ifIndex } = netns;
    netns.run('ip route add 192.0.2.0/24 via 10.1.2.1 dev a mtu 1300');
    netns.run('ip route add 2001:db8::/32 via fd00:1::1 dev a mtu 1290');
    for (const [to, gateway, mtu] of [
      ['10.1.2.9', undefined, undefined],
      ['192.0.2.7', '10.1.2.1', 1300],
      ['fd00:1::9', undefined, undefined],
      ['2001:db8::7', 'fd00:1::1', 1290],
    ] as const) {
      const route = findRoute(connection, parse(to));
      expect(route).toMatchObject({ ifIndex, mtu, type: routeTypes.unicast });
      expect(route?.gateway?.toString()).toBe(gateway);
      expect(netns.ip(`route get ${to}`)[0]).toMatchObject({
        dev: 'a',
        ...(gateway === undefined ? {} : { gateway }),
      });
    }
    expect(findRoute(connection, parse('127.0.0.1'))).toMatchObject({ ifIndex: 1, type: routeTypes.local });
  });

  it('are not found where none leads, or where one refuses or drops', () => {
    using netns = wired();
    for (const line of ['unreachable 10.7.0.0/16', 'prohibit 10.8.0.0/16', 'blackhole 10.9.0.0/16']) {
      netns.run(`ip route add ${line}`);
    }
    for (const line of ['unreachable fd07::/16', 'prohibit fd08::/16', 'blackhole fd09::/16']) {
      netns.run(`ip route add ${line}`);
    }
    for (const to of [
      '10.6.0.1',
      '10.7.0.1',
      '10.8.0.1',
      '10.9.0.1',
      'fd06::1',
      'fd07::1',
      'fd08::1',
      'fd09::1',
    ]) {
      expect(findRoute(netns.connection, parse(to)), to).toBeUndefined();
    }
  });
});

describeKernel('neighbors', { needs: ['netns', 'veth'] }, () => {
  const mac = MacAddress.parse('02:00:00:00:00:0a');
  const other = MacAddress.parse('02:00:00:00:00:0b');

  it.each(['10.1.2.1', 'fd00:1::1'])('at %s are set, replaced, listed and forgotten', (text) => {
    using netns = wired();
    const { connection, ifIndex } = netns;
    const address = parse(text);
    const show = () => netns.ip(`neighbor show to ${text} nud all`);
    connection.send(setNeighbor(ifIndex, address, mac));
    connection.send(setNeighbor(ifIndex, address, other));
    expect(show()).toEqual([
      expect.objectContaining({ dev: 'a', lladdr: String(other), state: ['PERMANENT'] }),
    ]);

    const listed = listNeighbors(connection).filter((one) => one.address?.equals(address));
    expect(listed).toEqual([{ ifIndex, address, mac: other, state: neighborStates.permanent }]);

    connection.send(deleteNeighbor(ifIndex, address));
    expect(listNeighbors(connection).some(({ state }) => state === neighborStates.permanent)).toBe(false);
  });

  it('that are not there are reported', () => {
    using netns = wired();
    expect(() => netns.connection.send(deleteNeighbor(netns.ifIndex, parse('10.1.2.77')))).toThrow(
      'cannot delete neighbor 10.1.2.77: there is none (ENOENT)',
    );
    expect(() => netns.connection.send(setNeighbor(4242, parse('10.1.2.1'), mac))).toThrow(
      'cannot set neighbor 10.1.2.1: there is no such link (ENODEV)',
    );
  });
});
