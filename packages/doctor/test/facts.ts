import { type Endpoint, type Network, parsePortSpec } from '@tsnet/core';
import { IpAddress, IpPrefix, MacAddress } from '@tsnet/inet';
import { type Link, type Route, routeProtocols, routeTables, routeTypes } from '@tsnet/netlink';
import type { HostFacts, NetworkRecord } from '../src/facts/host-facts.ts';
import { type Reading, read } from '../src/facts/reading.ts';
import type { LinkSettings } from '../src/facts/settings.ts';
import type { Topology } from '../src/facts/topology.ts';

/** What the readings of a host give. */
type Values = { [Name in keyof HostFacts]: HostFacts[Name] extends Reading<infer Value> ? Value : never };

export const eth0 = link(2, 'eth0');
export const web = link(3, 'web', { kind: 'bridge' });

const forwarding = { ipv4: true, ipv6: true };

export const linkSettings: LinkSettings = { forwarding, rpFilter: 0, acceptRa: 0, ipv6Disabled: false };

const healthy: Values = {
  networks: [],
  process: { userId: 0, missingCapabilities: [], openFiles: 1024 },
  kernel: { release: '6.1.0', hasNetnsCookie: true },
  missingFeatures: [],
  libraries: { libnftables: true, nftProgram: true },
  settings: {
    forwarding,
    hasIpv6: true,
    ipv6Disabled: false,
    bridgedFramesFiltered: { ipv4: false, ipv6: false },
    links: new Map([
      ['eth0', linkSettings],
      ['web', linkSettings],
    ]),
  },
  topology: {
    links: [eth0, web],
    addresses: [{ ifIndex: 2, prefix: IpPrefix.parse('192.0.2.10/24'), scope: 0, tentative: false }],
    routes: [
      route('0.0.0.0/0', 2, { gateway: IpAddress.parse('192.0.2.1') }),
      route('192.0.2.0/24', 2),
      route('10.1.0.0/24', 3),
    ],
    waysOut: { ipv4: { ifIndex: 2, gateway: IpAddress.parse('192.0.2.1'), mtu: 1500 }, ipv6: undefined },
    leads: [{ address: IpAddress.parse('10.1.0.2'), networkId: 'web', ifIndex: 3 }],
  },
  nftables: [],
  legacyTables: [],
  sockets: [],
  limits: {
    conntrack: { count: 10, max: 65_536 },
    neighbors: { ipv4: { max: 1024, refusals: 0 }, ipv6: { max: 1024, refusals: 0 } },
    machineFiles: { count: 1000, max: 100_000 },
  },
};

/** The facts of a host on which nothing is wrong, but for what is given. */
export function facts(changes: Partial<Values> = {}): HostFacts {
  const values = { ...healthy, ...changes };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, read(value)]),
  ) as unknown as HostFacts;
}

/** Those of the healthy host with other settings. */
export function settings(changes: Partial<Values['settings']>): Values['settings'] {
  return { ...healthy.settings, ...changes };
}

/** The topology of the healthy host with more routes. */
export function topology(changes: Partial<Topology>, ...routes: readonly Route[]): Topology {
  return { ...healthy.topology, ...changes, routes: [...healthy.topology.routes, ...routes] };
}

/** Limits of the healthy host, but for some. */
export function limits(changes: Partial<Values['limits']>): Values['limits'] {
  return { ...healthy.limits, ...changes };
}

export function link(ifIndex: number, ifName: string, changes: Partial<Link> = {}): Link {
  return {
    ifIndex,
    ifName,
    kind: undefined,
    mac: undefined,
    mtu: 1500,
    up: true,
    carrier: true,
    loopback: false,
    operationalState: 'up',
    master: undefined,
    hairpin: undefined,
    peerIfIndex: undefined,
    peerNetnsId: undefined,
    alias: undefined,
    group: 0,
    ...changes,
  };
}

export function route(destination: string, ifIndex: number, changes: Partial<Route> = {}): Route {
  return {
    destination: IpPrefix.parse(destination),
    gateway: undefined,
    ifIndex,
    priority: 0,
    table: routeTables.main,
    type: routeTypes.unicast,
    protocol: routeProtocols.boot,
    mtu: undefined,
    cloned: false,
    ...changes,
  };
}

/** Network `web` with endpoints that each publish the ports. */
export function network(
  changes: Partial<Network> = {},
  { endpoints = 0, ports = [] }: { readonly endpoints?: number; readonly ports?: readonly string[] } = {},
): NetworkRecord {
  const prefix = IpPrefix.parse('10.1.0.0/24');
  const record: Network = {
    id: 'web',
    name: 'web',
    driver: 'bridge',
    state: 'ready',
    subnets: [{ poolId: `${prefix}`, prefix, gateway: prefix.at(1n) }],
    internal: false,
    isolated: false,
    masquerade: true,
    respectHostFirewall: false,
    firewall: 'auto',
    mtu: undefined,
    ifName: 'web',
    labels: {},
    createdAt: 0,
    bootId: 'boot',
    ...changes,
  };
  const all = Array.from({ length: endpoints }, (_, index) => endpoint(record, index, ports));
  return { network: record, endpoints: all };
}

/** A prefix of a network, with its first address as gateway. */
export function subnet(text: string): Network['subnets'][number] {
  const prefix = IpPrefix.parse(text);
  return { poolId: text, prefix, gateway: prefix.at(1n) };
}

function endpoint(record: Network, index: number, ports: readonly string[]): Endpoint {
  const offset = BigInt(2 + (index % 250));
  return {
    id: `${index}`.padStart(12, '0'),
    networkId: record.id,
    networkName: record.name,
    name: `app${index}`,
    state: 'ready',
    sandbox: { ref: 'app', key: 'boot.1' },
    ifName: 'eth0',
    hostIfName: `tsv${index}`,
    mac: MacAddress.parse('0a:54:0a:01:00:02'),
    addresses: record.subnets.map(({ prefix, gateway, poolId }) => ({
      prefix: IpPrefix.of(prefix.at(offset), prefix.length),
      gateway,
      poolId,
    })),
    ports: ports.map(parsePortSpec),
    labels: {},
    createdAt: 0,
  };
}
