import { type Endpoint, egressMtu, type Host, type Network, type Step, takeBack } from '@tsnet/core';
import { changeLink, createVeth, deleteLink, findLink, type Link } from '@tsnet/netlink';
import type { Netns } from '@tsnet/netns';
import { familiesOf } from './bridge-steps.ts';
import { BridgeDownError, BridgeMissingError } from './errors.ts';
import type { FirewallTable } from './firewall/firewall-table.ts';
import { guardElement } from './firewall/network-elements.ts';
import type { LinkReaper } from './link-reaper.ts';
import { bridgeMark, findMarked, vethMark } from './mark.ts';

/** Creates an endpoint's pair: the host's end up in the bridge, the other in the sandbox under its name. */
export function createVethStep(
  host: Host,
  firewall: FirewallTable,
  network: Network,
  endpoint: Endpoint,
  sandbox: Netns,
): Step {
  const { hostIfName, ifName, mac } = endpoint;
  const { netlink } = host;
  const remove = () => {
    if (findLink(netlink, hostIfName)?.alias === vethMark(endpoint)) netlink.send(deleteLink(hostIfName));
  };
  const getBridge = () => {
    const bridge = findMarked(netlink, 'connect to', network.ifName, bridgeMark(network));
    if (bridge === undefined) throw new BridgeMissingError(network.name, network.ifName);
    return bridge;
  };
  const mustBeUp = ({ up }: Pick<Link, 'up'>) => {
    if (!up) throw new BridgeDownError(network.name, network.ifName);
  };
  return {
    name: 'create-veth',
    subject: `${hostIfName} to ${ifName} of ${endpoint.sandbox.ref}`,
    check() {
      const bridge = getBridge();
      firewall.mustBeThere();
      mustBeUp(bridge);
    },
    apply() {
      const bridge = getBridge();
      firewall.ensureNetwork(guardElement(network));
      mustBeUp(bridge);
      const mtu = network.mtu ?? egressMtu(netlink, familiesOf(network));
      if (bridge.mtu !== mtu) netlink.send(changeLink(bridge.ifIndex, { mtu }));
      try {
        netlink.send(
          createVeth({
            ifName: hostIfName,
            master: bridge.ifIndex,
            // Nobody speaks to this end. The bridge keeps an entry for each address of its ports, and goes
            // through all entries when a port joins: they share its own.
            ...(bridge.mac === undefined ? {} : { mac: bridge.mac }),
            mtu,
            up: false,
            peer: { ifName, mac, netnsFd: sandbox.fd },
          }),
          changeLink(hostIfName, {
            alias: vethMark(endpoint),
            // Where bridged frames pass the firewall (br_netfilter), a sandbox that calls its own published
            // port gets its packet back through the port that it came from. What it announces must not come
            // back: for IPv6 that is switched on afterwards.
            bridgePort: { hairpin: !hasIpv6(endpoint), isolated: network.isolated },
          }),
        );
        // Its packets need no address of IPv6, nor its neighbors: each link with IPv6 is one more route that the host
        // goes through when another one comes or goes.
        host.sysctl.write({ [`ipv6/conf/${hostIfName}/disable_ipv6`]: 1 });
        netlink.send(changeLink(hostIfName, { up: true }));
      } catch (error) {
        takeBack(error, remove);
      }
    },
    undo: { name: 'delete-veth', apply: remove },
  };
}

function hasIpv6({ addresses }: Endpoint): boolean {
  return addresses.some(({ prefix }) => prefix.family === 'ipv6');
}

/** Deletes an endpoint's pair; one that went with its sandbox is no error. */
export function deleteVethStep(host: Host, reaper: LinkReaper, endpoint: Endpoint): Step {
  const { hostIfName } = endpoint;
  return {
    name: 'delete-veth',
    subject: hostIfName,
    async apply() {
      if (findMarked(host.netlink, 'delete', hostIfName, vethMark(endpoint))) await reaper.delete(hostIfName);
    },
  };
}
