import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Engine, Host } from '@tsnet/core';
import { SqliteStore } from '@tsnet/ipam';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { BridgeDriver } from '../../src/bridge-driver.ts';
import type { Machine } from '../machine.ts';
import { addresses, World } from '../world.ts';

/** What `ip -j address` says of a link. */
interface LinkJson {
  readonly ifindex: number;
  readonly ifname: string;
  readonly address: string;
  readonly addr_info: readonly { readonly local: string; readonly scope: string }[];
}

describeKernel('an engine that ends', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  it('and the next one that begins change nothing and cost no packet', async () => {
    const state = join(mkdtempSync('/run/tsnet-state-'), 'state.db');
    await using world = new World({ store: await SqliteStore.open(state) });
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    await world.connect('web', 'a', ['8080:80', '127.0.0.1:8081:81']);
    await world.engine.settled();
    // Not what the kernel itself changes a moment later: carriers, link-local addresses.
    const linksOf = (machine: Machine) => {
      const links: LinkJson[] = machine.json('ip', '-j', 'address');
      return links.map(({ ifindex, ifname, address, addr_info }) => {
        const own = addr_info.filter(({ scope }) => scope === 'global').map(({ local }) => local);
        return [ifindex, ifname, address, own];
      });
    };
    const inKernel = () => [
      linksOf(world.host),
      linksOf(world.sandbox('a')),
      world.host.json('nft', '-j', 'list', 'ruleset'),
    ];
    const before = inKernel();
    // By way of the bridge, and translated: what was tracked goes on.
    const ping = world.sandbox('a').start('pinger.ts', addresses.far.ipv4);
    const sentByNow = () =>
      world.sandbox('a').json('ip', '-j', '-s', 'link', 'show', 'eth0')[0].stats64.tx.packets;
    const someMore = async () => {
      const count = sentByNow();
      await expect.poll(sentByNow, { timeout: 5000 }).toBeGreaterThan(count + 5);
    };
    await someMore();
    await world.engine.close();
    for (let round = 0; round < 3; round++) {
      const host = Host.open({
        linux: world.linux,
        netns: world.namespaces.open({ kind: 'name', name: 'host' }),
        runDirectory: world.runDirectory,
      });
      const drivers = [BridgeDriver.open({ host })];
      await using next = new Engine({ host, store: await SqliteStore.open(state), drivers });
      expect(await next.recover()).toEqual([]);
      expect(await next.survey()).toEqual([]);
      expect(await next.reconcile()).toEqual([]);
      await someMore();
    }
    ping.stdin?.end();
    let report = '';
    for await (const chunk of ping.stdout ?? []) report += chunk;
    const { sent, received } = JSON.parse(report);
    expect(sent).toBeGreaterThan(10);
    expect(received).toBe(sent);
    expect(inKernel()).toEqual(before);
  });
});
