import { MacAddress } from '@tsnet/inet';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import {
  changeLink,
  createBridge,
  createVeth,
  deleteLink,
  deleteLinkGroup,
  findLink,
  getLink,
  listLinks,
} from '../../src/index.ts';
import { TestNetns } from './test-netns.ts';

const mac = MacAddress.parse('02:00:00:00:00:01');
const peerMac = MacAddress.parse('02:00:00:00:00:02');

describeKernel('links', { needs: ['netns', 'bridge', 'veth'] }, () => {
  it('creates a bridge that is up, without spanning tree', () => {
    using netns = new TestNetns();
    netns.connection.send(createBridge({ ifName: 'br0', mac, mtu: 1400 }));
    expect(netns.link('br0')).toMatchObject({
      ifname: 'br0',
      address: String(mac),
      mtu: 1400,
      linkinfo: { info_kind: 'bridge', info_data: { stp_state: 0, forward_delay: 0 } },
    });
    expect(netns.link('br0').flags).toContain('UP');
    expect(getLink(netns.connection, 'br0')).toMatchObject({
      ifName: 'br0',
      kind: 'bridge',
      mtu: 1400,
      up: true,
    });
  });

  it('keeps the MTU of a bridge when ports come and go if it was changed, not if it was created with it', () => {
    using netns = new TestNetns();
    const { connection } = netns;
    connection.send(createBridge({ ifName: 'br0', mtu: 1400 }));
    connection.send(createBridge({ ifName: 'br1' }), changeLink('br1', { mtu: 1400 }));
    for (const bridge of ['br0', 'br1']) {
      const { ifIndex } = getLink(connection, bridge);
      connection.send(
        createVeth({ ifName: `${bridge}p`, master: ifIndex, mtu: 1400, peer: { ifName: `${bridge}q` } }),
      );
      connection.send(deleteLink(`${bridge}p`));
    }
    expect(netns.link('br0').mtu).toBe(1500);
    expect(netns.link('br1').mtu).toBe(1400);
  });

  it('creates a bridge that listens to multicast groups, or does not', () => {
    using netns = new TestNetns();
    const { connection } = netns;
    connection.send(
      createBridge({ ifName: 'br0' }),
      createBridge({ ifName: 'br1', multicastSnooping: false }),
      createBridge({ ifName: 'br2', multicastSnooping: true }),
    );
    const snooping = ['br0', 'br1', 'br2'].map((name) => netns.link(name).linkinfo.info_data.mcast_snooping);
    expect(snooping).toEqual([1, 0, 1]);
  });

  it('creates a veth pair with as many queues as are asked for, one without a word', () => {
    using netns = new TestNetns();
    const { connection } = netns;
    connection.send(createVeth({ ifName: 'a0', up: false, peer: { ifName: 'b0' } }));
    connection.send(createVeth({ ifName: 'a1', queues: 3, peer: { ifName: 'b1' } }));
    for (const [name, count] of [
      ['a0', 1],
      ['b0', 1],
      ['a1', 3],
      ['b1', 3],
    ] as const) {
      expect(netns.link(name)).toMatchObject({ num_tx_queues: count, num_rx_queues: count });
    }
    expect(netns.link('a0').flags).not.toContain('UP');
  });

  it('creates a veth pair at once: a port of a bridge here, the other end inside a namespace', () => {
    using netns = new TestNetns();
    using inside = new TestNetns();
    const { connection } = netns;
    connection.send(createBridge({ ifName: 'br0' }));
    const bridge = getLink(connection, 'br0').ifIndex;
    connection.send(
      createVeth({
        ifName: 'web0',
        master: bridge,
        mac,
        mtu: 1300,
        group: 77,
        peer: { ifName: 'eth0', mac: peerMac, netnsFd: inside.fd },
      }),
    );
    expect(netns.link('web0')).toMatchObject({ master: 'br0', mtu: 1300, group: '77', address: String(mac) });
    expect(netns.link('web0').flags).toContain('UP');
    expect(inside.link('eth0')).toMatchObject({ mtu: 1300, address: String(peerMac) });
    expect(inside.link('eth0').flags).not.toContain('UP');

    const here = getLink(connection, 'web0');
    const there = getLink(inside.connection, 'eth0');
    expect(here).toMatchObject({ kind: 'veth', master: bridge, group: 77, peerIfIndex: there.ifIndex });
    expect(there).toMatchObject({ up: false, peerIfIndex: here.ifIndex });
    expect(here.peerNetnsId).toBeTypeOf('number');
    expect(there.operationalState).toBe('down');

    inside.connection.send(changeLink('eth0', { up: true }));
    expect(getLink(inside.connection, 'eth0')).toMatchObject({ up: true, operationalState: 'up' });
    expect(getLink(connection, 'web0').operationalState).toBe('up');
  });

  it('changes name, alias, MAC, MTU, group, bridge and state', () => {
    using netns = new TestNetns();
    const { connection } = netns;
    connection.send(createBridge({ ifName: 'br0' }), createVeth({ ifName: 'a', peer: { ifName: 'b' } }));
    const { ifIndex } = getLink(connection, 'a');
    const master = getLink(connection, 'br0').ifIndex;
    connection.send(
      changeLink(ifIndex, { ifName: 'c', alias: 'tsnet:größe', mac, mtu: 1280, group: 9, master, up: true }),
    );
    expect(netns.link('c')).toMatchObject({
      ifindex: ifIndex,
      ifalias: 'tsnet:größe',
      address: String(mac),
      mtu: 1280,
      group: '9',
      master: 'br0',
    });
    expect(getLink(connection, ifIndex)).toMatchObject({
      ifName: 'c',
      alias: 'tsnet:größe',
      master,
      up: true,
    });

    connection.send(changeLink('c', { master: 0, up: false, alias: '' }));
    expect(netns.link('c').master).toBeUndefined();
    expect(getLink(connection, 'c')).toMatchObject({ master: undefined, up: false, alias: undefined });
  });

  it('creates a bridge that is down when asked to', () => {
    using netns = new TestNetns();
    netns.connection.send(createBridge({ ifName: 'br0', up: false }));
    expect(netns.link('br0').flags).not.toContain('UP');
  });

  it('isolates bridge ports and lets packets turn back', () => {
    using netns = new TestNetns();
    const { connection } = netns;
    connection.send(createBridge({ ifName: 'br0' }));
    const master = getLink(connection, 'br0').ifIndex;
    connection.send(createVeth({ ifName: 'p0', master, peer: { ifName: 'p1' } }));
    const { ifIndex } = getLink(connection, 'p0');
    const said = () => netns.link('p0').linkinfo.info_slave_data;
    connection.send(changeLink(ifIndex, { alias: 'port', bridgePort: { isolated: true, hairpin: true } }));
    expect(said()).toMatchObject({ isolated: true, hairpin: true });
    connection.send(changeLink('p0', { bridgePort: { isolated: false } }));
    expect(said()).toMatchObject({ isolated: false, hairpin: true });
  });

  it('lists all links, or the ports of one bridge', () => {
    using netns = new TestNetns();
    const { connection } = netns;
    connection.send(createBridge({ ifName: 'br0' }), createBridge({ ifName: 'br1' }));
    const master = getLink(connection, 'br0').ifIndex;
    connection.send(createVeth({ ifName: 'p0', master, peer: { ifName: 'p1' } }));
    const names = listLinks(connection).map(({ ifName }) => ifName);
    expect(names.toSorted()).toEqual(
      netns
        .ip('link show')
        .map(({ ifname }) => ifname)
        .toSorted(),
    );
    expect(listLinks(connection, { master }).map(({ ifName }) => ifName)).toEqual(['p0']);
    expect(getLink(connection, 1)).toMatchObject({ ifName: 'lo', loopback: true, kind: undefined });
  });

  it('deletes a group of links in one go, and nothing else', () => {
    using netns = new TestNetns();
    const { connection } = netns;
    for (const [ifName, group] of [
      ['a', 5],
      ['b', 5],
      ['c', 6],
    ] as const) {
      connection.send(createVeth({ ifName, group, peer: { ifName: `${ifName}1` } }));
    }
    connection.send(createVeth({ ifName: 'd', peer: { ifName: 'd1' } }));
    connection.send(deleteLinkGroup(5));
    expect(
      netns
        .ip('link show')
        .map(({ ifname }) => ifname)
        .toSorted(),
    ).toEqual(['c', 'c1', 'd', 'd1', 'lo']);
    expect(() => connection.send(deleteLinkGroup(5))).toThrow(
      expect.objectContaining({ errnoName: 'ENODEV' }),
    );
    expect(() => connection.send(deleteLinkGroup(0))).toThrow(
      expect.objectContaining({ errnoName: 'EPERM' }),
    );
    expect(findLink(connection, 'd')).toBeDefined();
  });

  it('deletes in the background while the event loop goes on', async () => {
    using netns = new TestNetns();
    const { connection } = netns;
    connection.send(createVeth({ ifName: 'a', group: 5, peer: { ifName: 'a1' } }));
    let settled = false;
    let turns = 0;
    const deleting = connection.sendInBackground(deleteLinkGroup(5)).finally(() => {
      settled = true;
    });
    while (!settled) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
    await deleting;
    expect(turns).toBeGreaterThan(3);
    expect(findLink(connection, 'a')).toBeUndefined();
    await expect(connection.sendInBackground(deleteLink('a'))).rejects.toThrow(
      'cannot delete a: there is no such link (ENODEV)',
    );
  });

  it('carries out what stands behind a refused request', () => {
    using netns = new TestNetns();
    const { connection } = netns;
    const send = () =>
      connection.send(createBridge({ ifName: 'br0' }), deleteLink('nope'), createBridge({ ifName: 'br1' }));
    expect(send).toThrow('cannot delete nope: there is no such link (ENODEV)');
    expect(
      netns
        .ip('link show')
        .map(({ ifname }) => ifname)
        .toSorted(),
    ).toEqual(['br0', 'br1', 'lo']);
  });

  it('names what is taken, absent or wrong', () => {
    using netns = new TestNetns();
    const { connection } = netns;
    connection.send(createBridge({ ifName: 'br0' }), createVeth({ ifName: 'a', peer: { ifName: 'b' } }));
    expect(() => connection.send(createBridge({ ifName: 'br0' }))).toThrow(
      expect.objectContaining({
        message: 'cannot create bridge br0: already exists (EEXIST)',
        kind: 'already-exists',
        code: 'NETLINK_EEXIST',
      }),
    );
    expect(() => connection.send(createVeth({ ifName: 'c', peer: { ifName: 'b' } }))).toThrow(
      'cannot create veth pair c and b: already exists (EEXIST)',
    );
    expect(findLink(connection, 'c')).toBeUndefined();
    expect(() => getLink(connection, 'nope')).toThrow('cannot get nope: there is no such link (ENODEV)');
    expect(() => getLink(connection, 4242)).toThrow(expect.objectContaining({ kind: 'not-found' }));
    expect(() => connection.send(createBridge({ ifName: 'a-name-of-sixteen' }))).toThrow(
      expect.objectContaining({
        errnoName: 'ERANGE',
        kind: 'invalid',
        subject: 'bridge a-name-of-sixteen',
        hint: 'The kernel takes at most 15 bytes there.',
      }),
    );
    expect(() => connection.send(changeLink('a', { mtu: 70_000 }))).toThrow(
      /^cannot change a: .*\(EINVAL\)$/,
    );
    const port = getLink(connection, 'a').ifIndex;
    expect(() => connection.send(changeLink(port, { bridgePort: { isolated: true } }))).toThrow(
      /^cannot change link \d+: /,
    );
  });
});
