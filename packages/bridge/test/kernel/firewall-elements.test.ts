import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { inNetns, inNewNetns, type Linux, OWN_NETNS_PATH, openLinux } from '@tsnet/linux';
import { openNftables } from '@tsnet/nftables';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FirewallTable } from '../../src/firewall/firewall-table.ts';
import { networkElements } from '../../src/firewall/network-elements.ts';
import { portElements } from '../../src/firewall/port-elements.ts';
import { World } from '../world.ts';

const ports = [
  '8080:80',
  '53:53/udp',
  '127.0.0.1:81:81',
  '[2001:db8:51::1]:81:81',
  '7000-7005:7000-7005/udp',
  '198.51.100.1:7100-7105:7100-7105',
  '[2001:db8:51::1]:7100-7105:7100-7105',
  '9000-9002:9100-9102',
];

/** The firewall of a namespace of its own, through libnftables alone or with elements straight to the kernel. */
class Firewall implements Disposable {
  readonly #linux = openLinux();
  readonly #fd: number;
  readonly table: FirewallTable;
  /** Datagrams that were sent without libnftables. */
  sent = 0;

  constructor(backend: 'auto' | 'libnftables') {
    this.#fd = inNewNetns(this.#linux, () => openSync(OWN_NETNS_PATH, 'r'));
    this.table = new FirewallTable(() => openNftables({ linux: this.#counting(), netns: this.#fd, backend }));
  }

  /** What nft lists, with elements in order: that of the kernel differs from one table to the next. */
  list(): unknown {
    const output = inNetns(this.#linux, this.#fd, () => execFileSync('nft', ['-j', 'list', 'ruleset']));
    const { nftables } = JSON.parse(`${output}`) as { nftables: Record<string, { elem?: unknown[] }>[] };
    for (const entry of nftables) {
      for (const { elem } of Object.values(entry)) {
        elem?.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      }
    }
    return nftables;
  }

  [Symbol.dispose](): void {
    this.table.close();
    closeSync(this.#fd);
  }

  #counting(): Linux {
    return new Proxy(this.#linux, {
      get: (target, name) => {
        if (name === 'send') this.sent += 1;
        return Reflect.get(target, name).bind(target);
      },
    });
  }
}

describeKernel('elements of the firewall', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;
  let direct: Firewall;
  let library: Firewall;

  beforeEach(() => {
    world = new World();
    direct = new Firewall('auto');
    library = new Firewall('libnftables');
  });

  afterEach(async () => {
    direct[Symbol.dispose]();
    library[Symbol.dispose]();
    await world.close();
  });

  it.each([
    ['an open network', { isolated: false, masquerade: true }],
    ['an isolated network', { isolated: true, masquerade: false }],
    ['an internal network', { internal: true }],
    ['one whose ports the firewall of the host decides about', { respectHostFirewall: true }],
  ])('go straight to the kernel, and are what libnftables makes and deletes: %s', async (_, options) => {
    const network = { ...(await world.network('web', ['10.5.0.0/24', 'fd05::/64'])), ...options };
    const endpoint = await world.connect('web', 'a', ports);
    const elements = endpoint.ports.flatMap((port) => portElements(network, endpoint, port));
    const setCount = network.respectHostFirewall ? 8 : 6;
    expect(new Set(elements.map(({ set }) => set)).size).toBe(setCount);
    const other = networkElements({ ...network, ifName: 'other', subnets: [] });
    /** The same with both; returns what it led to. */
    const both = (action: (table: FirewallTable) => void): unknown => {
      action(direct.table);
      action(library.table);
      expect(direct.list()).toEqual(library.list());
      return direct.list();
    };

    const alone = both((table) => table.addNetwork(other));
    direct.sent = 0;
    const unpublished = both((table) => table.addNetwork(networkElements(network)));
    const published = both((table) => table.add(elements));
    expect([unpublished, published]).not.toContainEqual(alone);
    expect(published).not.toEqual(unpublished);
    expect(both((table) => table.delete(elements))).toEqual(unpublished);
    expect(both((table) => table.deleteNetwork(networkElements(network)))).toEqual(alone);
    expect([direct.sent, library.sent]).toEqual([4, 0]);
    expect(both((table) => table.deleteNetwork(other))).toEqual([{ metainfo: expect.anything() }]);
  });
});
