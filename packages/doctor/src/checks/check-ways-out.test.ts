import { routeProtocols } from '@tsnet/netlink';
import { describe, expect, it } from 'vitest';
import {
  eth0,
  facts,
  link,
  linkSettings,
  network,
  route,
  settings,
  subnet,
  topology,
  web,
} from '../../test/facts.ts';
import { checkWaysOut } from './check-ways-out.ts';

const tun0 = link(9, 'tun0', { kind: 'tun', mtu: 1400 });
const throughTunnel = { ipv4: { ifIndex: 9, gateway: undefined, mtu: 1400 }, ipv6: undefined };

describe('checkWaysOut', () => {
  it('knows a VPN by its pair of halves or by its link', () => {
    const halves = [route('0.0.0.0/1', 2), route('128.0.0.0/1', 2)];
    const [finding] = checkWaysOut(facts({ topology: topology({}, ...halves) }));
    expect(finding).toMatchObject({
      code: 'VPN_DEFAULT_ROUTE',
      severity: 'warning',
      subject: 'way out by eth0',
    });
    const found = topology({ links: [eth0, tun0], waysOut: throughTunnel });
    expect(checkWaysOut(facts({ topology: found }))).toMatchObject([{ subject: 'way out by tun0' }]);
  });

  it('takes strict source filters amiss on ways out that are not the preferred one', () => {
    const links = new Map([['eth0', { ...linkSettings, rpFilter: 1 }]]);
    const strict = settings({ links });
    expect(checkWaysOut(facts({ settings: strict }))).toEqual([]);
    const found = topology({ links: [eth0, tun0], waysOut: throughTunnel }, route('0.0.0.0/1', 9));
    expect(checkWaysOut(facts({ settings: strict, topology: found }))).toMatchObject([
      { code: 'VPN_DEFAULT_ROUTE' },
      { code: 'RP_FILTER_STRICT', commands: ['sysctl -w net/ipv4/conf/eth0/rp_filter=2'] },
    ]);
  });

  it('compares the packets of a network with those that leave the host', () => {
    const found = topology({ links: [eth0, { ...web, mtu: 9000 }] });
    expect(checkWaysOut(facts({ topology: found, networks: [network()] }))).toMatchObject([
      { code: 'MTU_ABOVE_WAY_OUT', subject: 'bridge web' },
    ]);
    expect(checkWaysOut(facts({ topology: found, networks: [network({ internal: true })] }))).toEqual([]);
    const ipv6 = network({ subnets: [subnet('fd00::/64')] });
    expect(checkWaysOut(facts({ topology: found, networks: [ipv6] }))).toEqual([]);
  });

  it('sees an IPv6 default route that will expire', () => {
    const learned = topology({}, route('::/0', 2, { protocol: routeProtocols.ra }));
    const withRa = (acceptRa: number) =>
      settings({ links: new Map([['eth0', { ...linkSettings, acceptRa }]]) });
    expect(checkWaysOut(facts({ topology: learned, settings: withRa(2) }))).toEqual([]);
    expect(checkWaysOut(facts({ topology: learned, settings: withRa(1) }))).toMatchObject([
      { code: 'ROUTER_ADVERTISEMENTS_IGNORED', commands: ['sysctl -w net/ipv6/conf/eth0/accept_ra=2'] },
    ]);
  });
});
