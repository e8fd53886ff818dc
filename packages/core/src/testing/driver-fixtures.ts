import { IpAddress, IpPrefix, MacAddress } from '@tsnet/inet';
import { addAddress, changeLink, findLink, getLink, NetlinkConnection } from '@tsnet/netlink';
import type { Netns } from '@tsnet/netns';
import type { Driver } from '../driver.ts';
import type { Host } from '../host/host.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import { parsePortSpec } from '../model/port.ts';
import type { Plan } from '../plan.ts';

/** A host for one test, with nothing on it, and a driver that works there. */
export interface DriverBench extends AsyncDisposable {
  readonly host: Host;
  readonly driver: Driver;
  /** Makes an empty namespace; the bench closes it. */
  sandbox(): Netns;
  /** Takes a sandbox's namespace away. */
  destroy(sandbox: Netns): void;
}

/** Opens a new host with a driver. */
export type OpenBench = () => DriverBench;

/** The network that drivers are tested with. */
export const network: Network = {
  id: '0123456789ab',
  name: 'contract',
  driver: '',
  state: 'creating',
  subnets: [
    { poolId: '', prefix: IpPrefix.parse('10.99.0.0/24'), gateway: IpAddress.parse('10.99.0.1') },
    { poolId: '', prefix: IpPrefix.parse('fd99::/64'), gateway: IpAddress.parse('fd99::1') },
  ],
  internal: false,
  isolated: false,
  masquerade: true,
  respectHostFirewall: false,
  firewall: 'auto',
  mtu: undefined,
  ifName: 'contract',
  labels: {},
  createdAt: 0,
  bootId: '',
};

/** Its endpoint. */
export const endpoint: Endpoint = {
  id: 'ba9876543210',
  networkId: network.id,
  networkName: network.name,
  name: undefined,
  state: 'creating',
  sandbox: { ref: 'sandbox', key: 'key' },
  ifName: 'net0',
  hostIfName: 'tsvba9876543210',
  mac: MacAddress.parse('02:00:00:00:00:02'),
  addresses: [
    { poolId: '', prefix: IpPrefix.parse('10.99.0.2/24'), gateway: IpAddress.parse('10.99.0.1') },
    { poolId: '', prefix: IpPrefix.parse('fd99::2/64'), gateway: IpAddress.parse('fd99::1') },
  ],
  ports: [parsePortSpec('8080:80'), parsePortSpec('7000-7009:7000-7009/udp')],
  labels: {},
  createdAt: 0,
};

/** What the engine does with the sandbox's end before it is announced. */
export function wire(host: Host, sandbox: Netns): void {
  using inside = NetlinkConnection.open({ linux: host.linux, netns: sandbox.fd });
  const { ifIndex } = getLink(inside, endpoint.ifName);
  inside.send(
    changeLink(ifIndex, { up: true }),
    ...endpoint.addresses.map(({ prefix }) => addAddress(ifIndex, prefix)),
  );
}

/** Whether the host has the network's link. */
export function hasNetwork(host: Host): boolean {
  return findLink(host.netlink, network.ifName) !== undefined;
}

/** Whether one of the endpoint's ends is there. */
export function hasEndpoint(host: Host, sandbox: Netns): boolean {
  using inside = NetlinkConnection.open({ linux: host.linux, netns: sandbox.fd });
  const ends = [findLink(host.netlink, endpoint.hostIfName), findLink(inside, endpoint.ifName)];
  return ends.some((link) => link !== undefined);
}

/** The first steps of a plan, and one that fails. */
export function failingAfter(count: number, plan: Plan): Plan {
  const failing = {
    name: 'fail',
    subject: '',
    apply() {
      throw new Error('it failed on purpose');
    },
  };
  return [...plan.slice(0, count), failing];
}
