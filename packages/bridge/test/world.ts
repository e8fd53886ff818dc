import { mkdtempSync } from 'node:fs';
import {
  type Driver,
  type Endpoint,
  type EndpointSpec,
  Engine,
  Host,
  parsePortSpec,
  type StepObserver,
} from '@tsnet/core';
import { IpAddress, IpPrefix } from '@tsnet/inet';
import { MemoryStore, type Store } from '@tsnet/ipam';
import { type Linux, openLinux } from '@tsnet/linux';
import { type NetnsDirectory, openNetnsDirectory } from '@tsnet/netns';
import { BridgeDriver } from '../src/bridge-driver.ts';
import { Machine } from './machine.ts';

/** The host's addresses, those of the machine outside, and one that is reached through the latter. */
export const addresses = {
  host: { ipv4: '198.51.100.1', ipv6: '2001:db8:51::1' },
  outside: { ipv4: '198.51.100.2', ipv6: '2001:db8:51::2' },
  far: { ipv4: '203.0.113.9', ipv6: '2001:db8:9::9' },
} as const;

/** How a {@link World} begins. */
export interface WorldOptions {
  readonly store?: Store;
  readonly onStep?: StepObserver;
  /** Puts something around the bridge driver. */
  readonly wrap?: (driver: Driver) => Driver;
}

/**
 * A host in a namespace of its own with an engine, and a machine outside that it is cabled to:
 * `eth0` on both sides, the host's default routes lead there.
 */
export class World implements AsyncDisposable {
  /** In /run, which is the tests' own: it holds mounts, and goes with them. */
  readonly directory = mkdtempSync('/run/tsnet-world-');
  readonly linux: Linux = openLinux();
  readonly namespaces: NetnsDirectory;
  readonly store: Store;
  readonly host: Machine;
  readonly outside: Machine;
  readonly engine: Engine;
  readonly #machines = new Map<string, Machine>();

  constructor(options: WorldOptions = {}) {
    this.namespaces = openNetnsDirectory({ linux: this.linux, runDirectory: `${this.directory}/machines` });
    this.namespaces.create('outside').close();
    const netns = this.namespaces.create('host');
    this.host = new Machine(`${this.directory}/machines/host`);
    this.outside = new Machine(`${this.directory}/machines/outside`);
    cable(this.host, this.outside);
    const host = Host.open({ linux: this.linux, netns, runDirectory: this.runDirectory });
    const driver = BridgeDriver.open({ host });
    this.store = options.store ?? new MemoryStore();
    this.engine = new Engine({
      host,
      store: this.store,
      drivers: [options.wrap?.(driver) ?? driver],
      ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
    });
  }

  /** Where the sandboxes of the host's engine have names. */
  get runDirectory(): string {
    return `${this.directory}/netns`;
  }

  /** The sandbox of that name, made when it is new. */
  sandbox(name: string): Machine {
    const known = this.#machines.get(name);
    if (known !== undefined) return known;
    openNetnsDirectory({ linux: this.linux, runDirectory: this.runDirectory }).create(name).close();
    const machine = new Machine(`${this.runDirectory}/${name}`);
    this.#machines.set(name, machine);
    return machine;
  }

  /** A sandbox that another engine made. */
  namedSandbox(name: string): Machine {
    return new Machine(`${this.runDirectory}/${name}`);
  }

  /** The namespaces that have names on the host. */
  sandboxes() {
    return openNetnsDirectory({ linux: this.linux, runDirectory: this.runDirectory }).list();
  }

  /** Takes a sandbox away behind the engine's back. */
  forget(name: string): void {
    this.#machines.delete(name);
    openNetnsDirectory({ linux: this.linux, runDirectory: this.runDirectory }).delete(name);
  }

  /** Creates a network from prefixes. */
  network(name: string, prefixes: readonly string[], options: object = {}) {
    return this.engine.createNetwork({ name, subnets: subnets(...prefixes), ...options });
  }

  /** Connects a sandbox, made when it is new, and publishes ports. */
  connect(
    network: string,
    sandbox: string,
    ports: readonly string[] = [],
    options: Partial<EndpointSpec> = {},
  ): Promise<Endpoint> {
    this.sandbox(sandbox);
    return this.engine.connect({
      network,
      sandbox: { kind: 'name', name: sandbox },
      ports: ports.map(parsePortSpec),
      ...options,
    });
  }

  /** What is on the host, in the firewall and in the store, and was not before the first network. */
  async traces(): Promise<{ links: string[]; rules: unknown[]; records: string[] }> {
    const links: { ifname: string }[] = this.host.json('ip', '-j', 'link');
    const { nftables } = this.host.json('nft', '-j', 'list', 'ruleset');
    return {
      links: links.map(({ ifname }) => ifname).filter((name) => name !== 'lo' && name !== 'eth0'),
      rules: nftables.filter((entry: object) => !('metainfo' in entry)),
      records: await this.records(),
    };
  }

  /** The keys in the store. */
  async records(): Promise<string[]> {
    return (await this.store.list('')).map(({ key }) => key);
  }

  async close(): Promise<void> {
    const machines = [this.host, this.outside, ...this.#machines.values()];
    await Promise.all(machines.map((machine) => machine.close()));
    for (const name of this.#machines.keys()) this.engine.deleteSandbox(name).catch(() => undefined);
    await this.engine.close();
    for (const name of ['host', 'outside']) this.namespaces.delete(name);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Nothing is left of any network or endpoint. */
export const noTraces = { links: [], rules: [], records: [] };

/** Prefixes as a network takes them. */
export function subnets(...prefixes: readonly string[]): { readonly prefix: IpPrefix }[] {
  return prefixes.map((prefix) => ({ prefix: IpPrefix.parse(prefix) }));
}

/** Addresses as an endpoint takes them. */
export function ips(...texts: readonly string[]): IpAddress[] {
  return texts.map((text) => IpAddress.parse(text));
}

function cable(host: Machine, outside: Machine): void {
  host.run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'far0');
  host.run('ip', 'link', 'set', 'far0', 'netns', outside.path, 'name', 'eth0');
  const { host: own, outside: other, far } = addresses;
  host.ip(
    'link set lo up',
    // A link-local address that is not checked for duplicates first, which takes seconds.
    'link set eth0 addrgenmode none up',
    `addr add ${own.ipv4}/24 dev eth0`,
    'addr add fe80::1/64 dev eth0 nodad',
    `addr add ${own.ipv6}/64 dev eth0 nodad`,
    `route add default via ${other.ipv4}`,
    `route add default via ${other.ipv6}`,
  );
  outside.ip(
    'link set lo up',
    // A link-local address that is not checked for duplicates first, which takes seconds.
    'link set eth0 addrgenmode none up',
    `addr add ${other.ipv4}/24 dev eth0`,
    'addr add fe80::2/64 dev eth0 nodad',
    `addr add ${other.ipv6}/64 dev eth0 nodad`,
    `addr add ${far.ipv4}/32 dev lo`,
    `addr add ${far.ipv6}/128 dev lo nodad`,
  );
  // Reading the links settles their carriers, which the kernel otherwise notices up to a second later.
  for (const machine of [host, outside, host]) machine.run('ip', 'link');
}
