import { IpAddress, IpPrefix } from '@tsnet/inet';
import { addAddress, addRoute, changeLink, findLink, getLink } from '@tsnet/netlink';
import type { Host } from '../host/host.ts';
import type { Sandbox } from '../host/sandbox.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import type { Step } from '../plan.ts';

const everywhere = {
  ipv4: IpPrefix.of(IpAddress.of('ipv4', 0n), 0),
  ipv6: IpPrefix.of(IpAddress.of('ipv6', 0n), 0),
};

/** Routes of a sandbox's first link are preferred, so that links may come and go in any order. */
const FIRST_ROUTE_PRIORITY = 100;

/**
 * Gives the sandbox's end of a new link its addresses and routes, and brings it and the loopback up. There
 * is nothing to undo: all of it goes with the link.
 */
export function wireSandboxStep(host: Host, network: Network, endpoint: Endpoint, sandbox: Sandbox): Step {
  const { ifName, addresses } = endpoint;
  const { netns, netlink } = sandbox;
  return {
    name: 'wire-sandbox',
    subject: `${ifName} of ${endpoint.sandbox.ref}`,
    apply() {
      const { ifIndex } = getLink(netlink, ifName);
      host.sysctlOf(netns).write(ipv6Settings(endpoint));
      const priority = FIRST_ROUTE_PRIORITY + ifIndex;
      const routes = network.internal
        ? []
        : addresses.map(({ prefix, gateway }) =>
            addRoute({ destination: everywhere[prefix.family], gateway, ifIndex, priority }),
          );
      netlink.send(
        ...addresses.map(({ prefix }) => addAddress(ifIndex, prefix)),
        changeLink('lo', { up: true }),
        changeLink(ifIndex, { up: true }),
        ...routes,
      );
    },
  };
}

/**
 * Tells the others on the network where the endpoint's addresses are now: gratuitous ARP (RFC 5227) and
 * unsolicited neighbor advertisements (RFC 4861 7.2.6), so that nobody keeps the link-layer address of an
 * earlier holder.
 */
export function announceStep(host: Host, endpoint: Endpoint, sandbox: Sandbox): Step {
  const { ifName, hostIfName, mac } = endpoint;
  return {
    name: 'announce',
    subject: `${ifName} of ${endpoint.sandbox.ref}`,
    apply() {
      // Reading the host's end makes the kernel settle its carrier, without which the bridge still drops
      // what the sandbox sends. The kernel announces addresses when the link's own address is set.
      findLink(host.netlink, hostIfName);
      sandbox.netlink.send(changeLink(ifName, { announceIpv4: true }), changeLink(ifName, { mac }));
    },
  };
}

/** Addresses and routes are ours to give: a neighbor's router advertisement must neither add nor change any. */
function ipv6Settings({ ifName, addresses }: Endpoint): Record<string, number> {
  const settings = `ipv6/conf/${ifName}`;
  if (!addresses.some(({ prefix }) => prefix.family === 'ipv6')) return { [`${settings}/disable_ipv6`]: 1 };
  return {
    [`${settings}/disable_ipv6`]: 0,
    [`${settings}/accept_ra`]: 0,
    [`${settings}/ndisc_notify`]: 1,
  };
}
