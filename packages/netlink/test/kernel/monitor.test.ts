import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { IpPrefix } from '@tsnet/inet';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import {
  addAddress,
  changeLink,
  createBridge,
  createVeth,
  deleteLink,
  getLink,
  listLinkTraffic,
  type NetlinkEvent,
  type NetlinkEventKind,
  NetlinkMonitor,
  type NetlinkMonitorOptions,
} from '../../src/index.ts';
import { TestNetns } from './test-netns.ts';

const everyKind: readonly NetlinkEventKind[] = [
  'link-changed',
  'link-deleted',
  'address-added',
  'address-deleted',
  'route-added',
  'route-replaced',
  'route-deleted',
  'firewall-changed',
];

/** A monitor of a namespace, and what it has told. */
function watch(netns: TestNetns, options: Partial<NetlinkMonitorOptions> = {}) {
  const events: NetlinkEvent[] = [];
  const failures: unknown[] = [];
  const monitor = NetlinkMonitor.open({
    linux: netns.linux,
    netns: netns.fd,
    kinds: everyKind,
    everywhere: true,
    onEvents: (told) => events.push(...told),
    onFailure: (error) => failures.push(error),
    ...options,
  });
  return { monitor, events, failures };
}

function openFiles(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)].filter((target) => /^socket:|eventfd/.test(target));
    } catch {
      return [];
    }
  });
}

describeKernel('a monitor', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  it('tells by itself what happens, without being asked', async () => {
    using netns = new TestNetns();
    const { monitor, events } = watch(netns, { gatherMs: 2 });
    await using _ = monitor;
    netns.run('ip link add br0 type bridge');
    await expect.poll(() => events.length).toBe(1);
    netns.run('ip link del br0');
    await expect.poll(() => events.map(({ kind }) => kind)).toContain('link-deleted');
  });

  it('tells what happened before it is asked, in the namespace of either end of a pair', async () => {
    using netns = new TestNetns();
    using inside = new TestNetns();
    const { monitor, events, failures } = watch(netns);
    await using _ = monitor;
    netns.connection.send(createVeth({ ifName: 'veth0', peer: { ifName: 'veth1', netnsFd: inside.fd } }));
    const { ifIndex } = getLink(inside.connection, 'veth1');
    inside.connection.send(
      changeLink(ifIndex, { up: true }),
      addAddress(ifIndex, IpPrefix.parse('10.1.2.3/24')),
    );
    const { peerNetnsId } = getLink(netns.connection, 'veth0');
    expect(peerNetnsId).toBeTypeOf('number');
    inside.run('ip address del 10.1.2.3/24 dev veth1');
    inside.run('ip link set veth1 down');
    monitor.read();
    const there = events.filter((event) => 'netnsId' in event && event.netnsId === peerNetnsId);
    expect(there).toContainEqual({
      kind: 'address-deleted',
      netnsId: peerNetnsId,
      address: expect.objectContaining({ ifIndex, prefix: IpPrefix.parse('10.1.2.3/24') }),
    });
    expect(there).toContainEqual({
      kind: 'link-changed',
      netnsId: peerNetnsId,
      link: expect.objectContaining({ ifIndex, up: false }),
    });
    expect(failures).toEqual([]);
  });

  it('hears nothing of other namespaces, nor of what it was not asked for, unless told to', async () => {
    using netns = new TestNetns();
    using inside = new TestNetns();
    const { monitor, events } = watch(netns, { everywhere: false, kinds: ['link-changed'] });
    await using _ = monitor;
    netns.connection.send(createVeth({ ifName: 'veth0', peer: { ifName: 'veth1', netnsFd: inside.fd } }));
    netns.connection.send(
      addAddress(getLink(netns.connection, 'veth0').ifIndex, IpPrefix.parse('10.1.2.3/24')),
    );
    inside.run('ip link set veth1 up');
    netns.run('ip link del veth0');
    monitor.read();
    expect(new Set(events.map((event) => ('netnsId' in event ? event.netnsId : event.kind)))).toEqual(
      new Set([undefined]),
    );
    expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['link-changed']));
  });

  it('tells who has changed the firewall', async () => {
    using netns = new TestNetns();
    const { monitor, events } = watch(netns, { kinds: ['firewall-changed'] });
    await using _ = monitor;
    netns.run('nft add table inet one');
    netns.run('nft flush ruleset');
    monitor.read();
    expect(events).toMatchObject([
      { program: 'nft', changes: [{ change: 'added', what: 'table', table: 'one' }] },
      { program: 'nft', changes: [{ change: 'deleted', what: 'table', table: 'one' }] },
    ]);
  });

  it('says when the kernel had no room for all, and goes on', async () => {
    using netns = new TestNetns();
    const small = new Uint8Array(new Uint32Array([1 << 15]).buffer);
    const linux = new Proxy(netns.linux, {
      get: (target, name) =>
        name === 'setSocketOption'
          ? (fd: number, level: number, option: number, value: Uint8Array) =>
              target.setSocketOption(fd, level, option, level === 1 ? small : value)
          : Reflect.get(target, name).bind(target),
    });
    const { monitor, events, failures } = watch(netns, { linux });
    await using _ = monitor;
    netns.connection.send(
      ...Array.from({ length: 40 }, (_, index) => createBridge({ ifName: `br${index}` })),
    );
    monitor.read();
    expect(events.at(-1)).toEqual({ kind: 'lost' });
    netns.connection.send(deleteLink('br0'));
    monitor.read();
    expect(events.at(-1)?.kind).toBe('link-deleted');
    expect(failures).toEqual([]);
  });

  it('hands on what goes wrong with what is told, and goes on', async () => {
    using netns = new TestNetns();
    const failures: unknown[] = [];
    let count = 0;
    const { monitor } = watch(netns, {
      onEvents: () => {
        count++;
        throw new Error('on purpose');
      },
      onFailure: (error) => failures.push(error),
    });
    await using _ = monitor;
    for (const ifName of ['br0', 'br1']) {
      netns.connection.send(createBridge({ ifName }));
      monitor.read();
    }
    expect(count).toBe(2);
    expect(failures).toEqual([new Error('on purpose'), new Error('on purpose')]);
  });

  it.each([
    ['process.exit(3)', 3],
    ["throw new Error('on purpose')", 1],
  ])('does not keep a process from ending by %s', async (end, code) => {
    const program = `
      import { openLinux } from '@tsnet/linux';
      import { NetlinkMonitor } from '${import.meta.resolve('../../src/index.ts')}';
      const ignore = () => undefined;
      NetlinkMonitor.open({ linux: openLinux(), kinds: ['link-changed'], onEvents: ignore, onFailure: ignore });
      setTimeout(() => { ${end} }, 50);`;
    const args = ['--input-type=module-typescript', '--eval', program];
    const child = spawn(process.execPath, args, { cwd: import.meta.dirname, timeout: 5000, stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([code, null]);
  });

  it('leaves no descriptor behind when it is closed, once or often', async () => {
    using netns = new TestNetns();
    const before = openFiles();
    for (let round = 0; round < 20; round++) {
      const { monitor } = watch(netns);
      await Promise.all([monitor.close(), monitor.close()]);
      expect(() => monitor.read()).toThrow('closed');
    }
    expect(openFiles()).toEqual(before);
  });
});

describeKernel('counters', { needs: ['netns', 'veth'] }, () => {
  it('of all links are those that ip tells', () => {
    using netns = new TestNetns();
    netns.run('ip address add 127.0.0.9/8 dev lo');
    netns.run('ping -n -c3 -i0.01 -W1 127.0.0.9');
    const [lo] = netns.ip('-stats link show dev lo');
    const { rx, tx } = lo.stats64;
    expect(listLinkTraffic(netns.connection)).toContainEqual({
      ifIndex: 1,
      ifName: 'lo',
      alias: undefined,
      receivedPackets: BigInt(rx.packets),
      sentPackets: BigInt(tx.packets),
      receivedBytes: BigInt(rx.bytes),
      sentBytes: BigInt(tx.bytes),
    });
    expect(rx.packets).toBeGreaterThanOrEqual(6);
  });
});
