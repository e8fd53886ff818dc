import { IpAddress, IpPrefix } from '@tsnet/inet';
import { routeTables, routeTypes } from '@tsnet/netlink';
import { describe, expect, it } from 'vitest';
import { eth0, facts, link, network, route, topology, web } from '../../test/facts.ts';
import type { Topology } from '../facts/topology.ts';
import { checkRoutes } from './check-routes.ts';

function check(found: Topology, networks = [network()]) {
  return checkRoutes(facts({ networks, topology: found })).map(({ code, severity, subject }) => [
    code,
    severity,
    subject,
  ]);
}

describe('checkRoutes', () => {
  it('takes a route into the prefix for a problem, and one around it for a warning', () => {
    const gateway = IpAddress.parse('192.0.2.7');
    expect(check(topology({}, route('10.1.0.128/25', 2, { gateway })))).toEqual([
      ['ROUTE_OVERLAPS', 'problem', 'route 10.1.0.128/25 via 192.0.2.7 by eth0'],
    ]);
    expect(check(topology({}, route('10.1.0.0/24', 2)))).toEqual([
      ['ROUTE_OVERLAPS', 'problem', 'route 10.1.0.0/24 by eth0'],
    ]);
    expect(check(topology({}, route('10.1.0.0/16', 2)))).toMatchObject([
      ['ROUTE_OVERLAPS', 'warning', 'route 10.1.0.0/16 by eth0'],
    ]);
  });

  it('also sees routes that drop, and those of other tables', () => {
    const blackhole = {
      ...route('10.1.0.0/25', 2, { type: routeTypes.blackhole, table: 52 }),
      ifIndex: undefined,
    };
    expect(check(topology({}, blackhole))).toEqual([['ROUTE_OVERLAPS', 'problem', 'route 10.1.0.0/25']]);
  });

  it('passes over ways out, multicast, link-local and local routes, and those of the bridge', () => {
    const others = [
      route('0.0.0.0/1', 2),
      route('224.0.0.0/4', 2),
      route('fe80::/64', 2),
      route('10.1.0.1/32', 3, { type: routeTypes.local, table: routeTables.local }),
      route('10.1.0.255/32', 2, { type: routeTypes.broadcast, table: routeTables.local }),
    ];
    expect(check(topology({}, ...others))).toEqual([]);
  });

  it('tells an address of the host in the prefix once, without the routes that come with it', () => {
    const address = { ifIndex: 2, prefix: IpPrefix.parse('10.1.0.77/24'), scope: 0, tentative: false };
    const found = topology({ addresses: [address] }, route('10.1.0.0/24', 2));
    expect(check(found)).toEqual([['HOST_ADDRESS_IN_NETWORK', 'problem', 'address 10.1.0.77 of eth0']]);
    const renamed = topology({
      addresses: [{ ...address, ifIndex: 3 }],
      links: [eth0, { ...web, ifName: 'x', alias: 'tsnet network web' }],
    });
    expect(check(renamed)).toEqual([]);
    const own = { ...address, ifIndex: 3, prefix: IpPrefix.parse('10.1.0.1/24') };
    expect(check(topology({ addresses: [own] }))).toEqual([]);
  });

  it('notices where routing rules send packets of a network, unless its bridge is down', () => {
    const leads = [{ address: IpAddress.parse('10.1.0.2'), networkId: 'web', ifIndex: 2 }];
    expect(check(topology({ leads }))).toEqual([['ROUTE_OVERLAPS', 'problem', 'routing rules']]);
    expect(check(topology({ leads, links: [link(2, 'eth0'), { ...web, up: false }] }))).toEqual([]);
  });

  it('tells when no prefix is left for networks that name none', () => {
    expect(check(topology({}, route('10.0.0.0/8', 2)), [])).toEqual([
      ['AUTOMATIC_PREFIXES_COVERED', 'warning', 'route 10.0.0.0/8 by eth0'],
    ]);
  });
});
