import { egressMtu, type Host, type Network, type Step } from '@tsnet/core';
import { type AddressFamily, IpPrefix, MacAddress } from '@tsnet/inet';
import { addAddress, changeLink, createBridge, deleteLink, getLink } from '@tsnet/netlink';
import type { LinkReaper } from './link-reaper.ts';
import { bridgeMark, findMarked } from './mark.ts';

/** The families of a network's prefixes. */
export function familiesOf(network: Network): readonly AddressFamily[] {
  return [...new Set(network.subnets.map(({ prefix }) => prefix.family))];
}

/** Lets the host forward packets in the network's families. It stays so: others may rely on it by then. */
export function enableForwardingStep(host: Host, network: Network): Step {
  const settings = { ipv4: 'ipv4/ip_forward', ipv6: 'ipv6/conf/all/forwarding' } as const;
  return {
    name: 'enable-forwarding',
    subject: network.name,
    apply() {
      for (const family of familiesOf(network)) {
        const setting = settings[family];
        if (host.sysctl.read(setting) !== '1') host.sysctl.write({ [setting]: 1 });
      }
    },
  };
}

/** Creates the bridge, with its mark, and gives it the gateway addresses. */
export function createBridgeStep(host: Host, network: Network): Step {
  const { ifName, subnets } = network;
  const remove = () => host.netlink.send(deleteLink(ifName));
  return {
    name: 'create-bridge',
    subject: ifName,
    apply() {
      const [first] = subnets;
      const mac = first === undefined ? {} : { mac: MacAddress.derive(first.gateway) };
      const mtu = network.mtu ?? egressMtu(host.netlink, familiesOf(network));
      // In one datagram, so that there is no moment at which a bridge of ours bears no mark. The kernel
      // keeps a bridge's MTU when ports come and go only if it was set after the creation.
      host.netlink.send(
        createBridge({ ifName, ...mac }),
        changeLink(ifName, { alias: bridgeMark(network), mtu }),
      );
      try {
        host.sysctl.write(bridgeSettings(network));
        const { ifIndex } = getLink(host.netlink, ifName);
        host.netlink.send(
          ...subnets.map(({ prefix, gateway }) => addAddress(ifIndex, IpPrefix.of(gateway, prefix.length))),
        );
      } catch (error) {
        remove();
        throw error;
      }
    },
    undo: remove,
  };
}

/** Deletes the bridge; one that is gone is no error, one that is not ours is. */
export function deleteBridgeStep(host: Host, reaper: LinkReaper, network: Network): Step {
  const { ifName } = network;
  return {
    name: 'delete-bridge',
    subject: ifName,
    async apply() {
      if (findMarked(host.netlink, 'delete', ifName, bridgeMark(network))) await reaper.delete(ifName);
    },
  };
}

function bridgeSettings(network: Network): Record<string, number> {
  const { ifName } = network;
  const hasIpv6 = familiesOf(network).includes('ipv6');
  return {
    // A reply to 127.0.0.1 comes back through the bridge; the firewall keeps everything else of 127.0.0.0/8 out.
    [`ipv4/conf/${ifName}/route_localnet`]: 1,
    [`ipv6/conf/${ifName}/disable_ipv6`]: hasIpv6 ? 0 : 1,
    // A sandbox must not be able to give the host addresses or routes.
    ...(hasIpv6 ? { [`ipv6/conf/${ifName}/accept_ra`]: 0 } : {}),
  };
}
