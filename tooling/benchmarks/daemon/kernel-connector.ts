import { writeFileSync } from 'node:fs';
import { IpAddress, IpPrefix } from '@tsnet/inet';
import { type Linux, openLinux } from '@tsnet/linux';
import {
  addAddress,
  addRoute,
  changeLink,
  createBridge,
  createVeth,
  deleteLink,
  getLink,
  type Link,
  NetlinkConnection,
} from '@tsnet/netlink';
import { type NetnsDirectory, openNetnsDirectory } from '@tsnet/netns';
import { type Nftables, nftValue, openNftables, Transaction } from '@tsnet/nftables';
import type { Connector, ConnectRequest } from './connector.ts';

const table = { family: 'inet', table: 'bench' } as const;
const ports = {
  ...table,
  set: 'ports',
  spec: { key: ['inet_proto', 'inet_service'], data: ['ipv4_addr', 'inet_service'] },
} as const;

const MTU = 1500;
const anywhere = IpPrefix.parse('0.0.0.0/0');

interface BareNetwork {
  readonly bridge: Link;
  readonly index: number;
  /** Addresses that were given so far. */
  given: number;
}

/**
 * Asks the kernel for the same things as the engine does to connect a sandbox, and for nothing else: nothing is stored, checked or
 * undone. Nobody who waits for the kernel can be faster.
 */
export class KernelConnector implements Connector {
  readonly #linux: Linux = openLinux();
  readonly #netlink: NetlinkConnection = NetlinkConnection.open({ linux: this.#linux });
  readonly #namespaces: NetnsDirectory = openNetnsDirectory({ linux: this.#linux });
  readonly #nftables: Nftables = openNftables({ linux: this.#linux });
  readonly #networks = new Map<string, BareNetwork>();
  #serial = 0;

  constructor() {
    this.#nftables.run(new Transaction().addTable(table).addMap(ports, ports.spec));
  }

  async createNetwork(index: number): Promise<string> {
    const name = `bench${index}`;
    const spec = { ifName: name, up: false, multicastSnooping: false };
    this.#netlink.send(createBridge(spec), changeLink(name, { mtu: MTU }));
    withoutIpv6(name);
    const bridge = getLink(this.#netlink, name);
    this.#netlink.send(
      addAddress(bridge.ifIndex, IpPrefix.parse(`10.${index}.0.1/16`)),
      changeLink(bridge.ifIndex, { up: true }),
    );
    this.#networks.set(name, { bridge, index, given: 1 });
    return name;
  }

  async deleteNetwork(name: string): Promise<void> {
    this.#networks.delete(name);
    this.#nftables.run(new Transaction().deleteTable(table).addTable(table).addMap(ports, ports.spec));
    await this.#netlink.sendInBackground(deleteLink(name));
  }

  async createSandbox(name: string): Promise<void> {
    this.#namespaces.create(name).close();
  }

  async deleteSandbox(name: string): Promise<void> {
    this.#namespaces.delete(name);
  }

  async connect({ network, sandbox, hostPort }: ConnectRequest): Promise<string> {
    const place = this.#networks.get(network);
    if (place === undefined) throw new Error(`there is no ${network}`);
    const hostIfName = `v${this.#serial++}`;
    const number = ++place.given;
    const address = `10.${place.index}.${number >> 8}.${number & 255}`;
    using netns = this.#namespaces.open({ kind: 'name', name: sandbox });
    using inside = NetlinkConnection.open({ linux: this.#linux, netns: netns.fd });
    this.#joinPair(hostIfName, place.bridge, netns.fd);
    const { ifIndex } = getLink(inside, 'eth0');
    netns.run(() => withoutIpv6('eth0'));
    inside.send(
      addAddress(ifIndex, IpPrefix.parse(`${address}/16`)),
      changeLink('lo', { up: true }),
      changeLink(ifIndex, { up: true, announceIpv4: true }),
      addRoute({ destination: anywhere, gateway: IpAddress.parse(`10.${place.index}.0.1`), ifIndex }),
    );
    if (hostPort !== undefined) this.#publish(hostPort, address);
    return hostIfName;
  }

  async disconnect(id: string): Promise<void> {
    await this.#netlink.sendInBackground(deleteLink(id));
  }

  /** The rest of it goes with the private host. */
  async close(): Promise<void> {
    this.#nftables.run(new Transaction().deleteTable(table));
    this.#nftables.close();
    this.#netlink.close();
  }

  #joinPair(ifName: string, { ifIndex: master, mac }: Link, netnsFd: number): void {
    this.#netlink.send(
      createVeth({
        ifName,
        master,
        ...(mac === undefined ? {} : { mac }),
        mtu: MTU,
        up: false,
        peer: { ifName: 'eth0', netnsFd },
      }),
      changeLink(ifName, { alias: ifName, bridgePort: { hairpin: true, isolated: false } }),
    );
    withoutIpv6(ifName);
    this.#netlink.send(changeLink(ifName, { up: true }));
  }

  #publish(hostPort: number, address: string): void {
    const element = {
      key: [nftValue.protocol('tcp'), nftValue.port(hostPort)],
      data: [nftValue.address(address), nftValue.port(80)],
    };
    this.#nftables.run(new Transaction().addElements(ports, [element]));
  }
}

/** Of a link in the namespace that this thread is in. */
function withoutIpv6(ifName: string): void {
  writeFileSync(`/proc/sys/net/ipv6/conf/${ifName}/disable_ipv6`, '1', { flag: 'r+' });
}
