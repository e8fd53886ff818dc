import { egressMtu, type Host, type Network, type Step, takeBack } from '@tsnet/core';
import { type AddressFamily, IpPrefix, MacAddress } from '@tsnet/inet';
import { addAddress, changeLink, createBridge, deleteLink, findLink, getLink } from '@tsnet/netlink';
import type { LinkReaper } from './link-reaper.ts';
import { bridgeGroup, bridgeMark, findMarked, findMarkedBridge } from './mark.ts';

/** The families of a network's prefixes. */
export function familiesOf(network: Network): readonly AddressFamily[] {
  return [...new Set(network.subnets.map(({ prefix }) => prefix.family))];
}

/**
 * Creates the bridge, with its mark, and gives it the gateway addresses.
 *
 * It is born and marked under a name that nobody else has, in one datagram, and renamed then: so there is no
 * moment at which a bridge of ours bears no mark, nor one at which a link of somebody else's could get it.
 */
export function createBridgeStep(host: Host, network: Network): Step {
  const { ifName, subnets } = network;
  const { netlink } = host;
  const birthName = birthNameOf(network);
  return {
    name: 'create-bridge',
    subject: ifName,
    apply() {
      findMarked(netlink, 'create', ifName, bridgeMark(network));
      try {
        const [first] = subnets;
        const mac = first === undefined ? {} : { mac: MacAddress.derive(first.gateway) };
        const mtu = network.mtu ?? egressMtu(netlink, familiesOf(network));
        netlink.send(
          // A bridge that listens to multicast groups starts the timers of all its ports again with each port
          // that joins, and joins a group itself; with no querier on it, it sends to all ports like any other.
          createBridge({ ifName: birthName, ...mac, up: false, multicastSnooping: false }),
          changeLink(birthName, { alias: bridgeMark(network), mtu, group: bridgeGroup(network) }),
        );
        const { ifIndex } = getLink(netlink, birthName);
        if (ifName !== birthName) netlink.send(changeLink(ifIndex, { ifName }));
        host.sysctl.write(bridgeSettings(network));
        netlink.send(
          ...subnets.map(({ prefix, gateway }) => addAddress(ifIndex, IpPrefix.of(gateway, prefix.length))),
          changeLink(ifIndex, { up: true }),
        );
      } catch (error) {
        takeBack(error, () => removeBridge(host, network, birthName));
      }
    },
    undo: { name: 'delete-bridge', apply: () => removeBridge(host, network, birthName) },
  };
}

function birthNameOf(network: Network): string {
  return `tsb${network.id}`;
}

function removeBridge({ netlink }: Host, network: Network, birthName: string): void {
  for (const name of new Set([birthName, network.ifName])) {
    const link = findLink(netlink, name);
    if (link?.alias === bridgeMark(network)) netlink.send(deleteLink(link.ifIndex));
  }
}

/** Deletes the bridge; one that is gone is no error, one that is not ours is. */
export function deleteBridgeStep(host: Host, reaper: LinkReaper, network: Network): Step {
  const { ifName } = network;
  return {
    name: 'delete-bridge',
    subject: ifName,
    async apply() {
      // Somebody may have renamed it; and whoever was killed while creating the network has not come to do so.
      const bridge = findMarkedBridge(host.netlink, network);
      if (bridge !== undefined) await reaper.delete(bridge.ifName);
      if (bridge?.ifName !== ifName) findMarked(host.netlink, 'delete', ifName, bridgeMark(network));
    },
  };
}

/** What a network's bridge has under /proc/sys/net. */
export function bridgeSettings(network: Network): Record<string, number> {
  const { ifName } = network;
  const hasIpv6 = familiesOf(network).includes('ipv6');
  return {
    // A reply to 127.0.0.1 comes back through the bridge; the firewall keeps everything else of 127.0.0.0/8 out.
    [`ipv4/conf/${ifName}/route_localnet`]: 1,
    [`ipv4/conf/${ifName}/forwarding`]: 1,
    [`ipv6/conf/${ifName}/disable_ipv6`]: hasIpv6 ? 0 : 1,
    ...(hasIpv6
      ? {
          // A sandbox must not be able to give the host addresses or routes.
          [`ipv6/conf/${ifName}/accept_ra`]: 0,
          [`ipv6/conf/${ifName}/forwarding`]: 1,
          // Neighbors are asked for from the link-local address: no waiting for it to prove unique.
          [`ipv6/conf/${ifName}/accept_dad`]: 0,
        }
      : {}),
  };
}
