import { egressMtu, type Network } from '@tsnet/core';
import { type AddressFamily, IpAddress } from '@tsnet/inet';
import {
  findRoute,
  type Link,
  type LinkAddress,
  listAddresses,
  listLinks,
  listRoutes,
  type NetlinkConnection,
  type Route,
  routeTypes,
} from '@tsnet/netlink';
import type { NetworkRecord } from './host-facts.ts';

/** Links, addresses and routes of the host. */
export interface Topology {
  readonly links: readonly Link[];
  readonly addresses: readonly LinkAddress[];
  /** Those of every table. */
  readonly routes: readonly Route[];
  /** The way out of the host, by family; undefined where there is none. */
  readonly waysOut: Readonly<Record<AddressFamily, WayOut | undefined>>;
  /** Where the kernel sends packets for addresses of the networks, all of its routing rules considered. */
  readonly leads: readonly Lead[];
}

/** Where packets for the rest of the world leave. */
export interface WayOut {
  readonly ifIndex: number;
  readonly gateway: IpAddress | undefined;
  /** Bytes of the largest packet. */
  readonly mtu: number;
}

/** Where the kernel sends packets for one address. */
export interface Lead {
  readonly address: IpAddress;
  readonly networkId: string;
  /** Undefined: nowhere. */
  readonly ifIndex: number | undefined;
}

/** Far away in each family: looked up, never sent to. In both halves that VPNs divide the world into. */
const farAway = {
  ipv4: IpAddress.parse('198.41.0.4'),
  ipv6: IpAddress.parse('2001:503:ba3e::2:30'),
} as const;

/** Reads the topology of the connection's namespace. Needs no privilege. */
export function readTopology(netlink: NetlinkConnection, networks: readonly NetworkRecord[]): Topology {
  return {
    links: listLinks(netlink),
    addresses: listAddresses(netlink),
    routes: listRoutes(netlink),
    waysOut: { ipv4: findWayOut(netlink, 'ipv4'), ipv6: findWayOut(netlink, 'ipv6') },
    leads: networks.flatMap(({ network, endpoints }) =>
      [
        ...network.subnets.map(({ gateway, prefix }) => neighborOf(gateway, prefix.last)),
        ...endpoints.flatMap(({ addresses }) => addresses.map(({ prefix }) => prefix.address)),
      ].map((address) => lead(netlink, network, address)),
    ),
  };
}

/** The bridge of a network, by its name, or else by the mark that bears the network's id. */
export function findBridge({ links }: Topology, { ifName, id }: Network): Link | undefined {
  return links.find((link) => link.ifName === ifName) ?? links.find(({ alias }) => alias?.endsWith(` ${id}`));
}

/** An address beside the gateway's, which itself is the host's own. */
function neighborOf(gateway: IpAddress, last: IpAddress): IpAddress {
  return gateway.compare(last) < 0 ? gateway.add(1n) : gateway.add(-1n);
}

function lead(netlink: NetlinkConnection, { id }: Network, address: IpAddress): Lead {
  return { address, networkId: id, ifIndex: findRoute(netlink, address)?.ifIndex };
}

function findWayOut(netlink: NetlinkConnection, family: AddressFamily): WayOut | undefined {
  const route = findRoute(netlink, farAway[family]);
  if (route?.ifIndex === undefined || route.type !== routeTypes.unicast) return undefined;
  return { ifIndex: route.ifIndex, gateway: route.gateway, mtu: egressMtu(netlink, [family]) };
}
