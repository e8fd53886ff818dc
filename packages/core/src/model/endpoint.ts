import type { IpAddress, IpPrefix, MacAddress } from '@tsnet/inet';
import type { NetnsRef } from '@tsnet/netns';
import type { Labels, LifecycleState, Network } from './network.ts';
import type { PortSpec, PublishedPort } from './port.ts';

/** A sandbox's place on a network, as asked for. */
export interface EndpointSpec {
  /** Name or id of the network. */
  readonly network: string;
  readonly sandbox: NetnsRef;
  /** Addresses to take, at most one a family; the next free ones for the others. */
  readonly addresses?: readonly IpAddress[];
  /** Derived from the first address by default. */
  readonly mac?: MacAddress;
  /** Name of the link in the sandbox; the first free of eth0, eth1, … by default. */
  readonly ifName?: string;
  /** Unique on the network. */
  readonly name?: string;
  readonly ports?: readonly PortSpec[];
  readonly labels?: Labels;
}

/** The namespace of an endpoint, so that it is known again. */
export interface SandboxIdentity {
  /** As the caller named it: `web`, `/proc/7/ns/net`, `pid:7`. */
  readonly ref: string;
  /** Boot and cookie of the namespace: never given to another one. */
  readonly key: string;
}

/** An address of an endpoint with the length of its network's prefix. */
export interface EndpointAddress {
  readonly prefix: IpPrefix;
  readonly gateway: IpAddress;
  readonly poolId: string;
}

/** A sandbox's place on a network, as it is. */
export interface Endpoint {
  /** Twelve hexadecimal digits. */
  readonly id: string;
  readonly networkId: string;
  readonly networkName: string;
  readonly name: string | undefined;
  readonly state: LifecycleState;
  readonly sandbox: SandboxIdentity;
  /** Name of the link in the sandbox. */
  readonly ifName: string;
  /** Name of the link's other end on the host. */
  readonly hostIfName: string;
  readonly mac: MacAddress;
  readonly addresses: readonly EndpointAddress[];
  readonly ports: readonly PublishedPort[];
  readonly labels: Labels;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** An endpoint with its network. */
export interface PlacedEndpoint {
  readonly network: Network;
  readonly endpoint: Endpoint;
}
