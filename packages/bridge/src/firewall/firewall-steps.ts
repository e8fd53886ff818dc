import {
  type Endpoint,
  formatPortSpec,
  type Network,
  PortTakenError,
  type PublishedPort,
  type Step,
  takeBack,
} from '@tsnet/core';
import { deleteFlows, type NetlinkConnection } from '@tsnet/netlink';
import { NftablesError, NftablesMissingError } from '@tsnet/nftables';
import type { FirewallTable } from './firewall-table.ts';
import { publishedFlows, strayFlows } from './flows.ts';
import { networkElements } from './network-elements.ts';
import { portElements } from './port-elements.ts';

/** Makes the rules apply to a network's bridge. */
export function openFirewallStep(firewall: FirewallTable, network: Network): Step {
  const elements = networkElements(network);
  return {
    name: 'open-firewall',
    subject: network.ifName,
    apply() {
      try {
        firewall.addNetwork(elements);
      } catch (error) {
        // Nothing can be made without it, nor taken back.
        if (error instanceof NftablesMissingError) throw error;
        // The table may have been made for it; elements that somebody else has put there are not ours to delete.
        takeBack(error, () => (isTaken(error) ? firewall.deleteUnused() : firewall.deleteNetwork(elements)));
      }
    },
    undo: { name: 'close-firewall', apply: () => firewall.deleteNetwork(elements) },
  };
}

/** Takes a network's bridge out of the rules. */
export function closeFirewallStep(firewall: FirewallTable, network: Network): Step {
  return {
    name: 'close-firewall',
    subject: network.ifName,
    apply: () => firewall.deleteNetwork(networkElements(network)),
  };
}

/** Lets host ports lead to an endpoint, for connections that are already tracked as well. */
export function publishStep(
  firewall: FirewallTable,
  conntrack: () => NetlinkConnection,
  network: Network,
  endpoint: Endpoint,
  ports: readonly PublishedPort[],
): Step {
  const elements = ports.flatMap((port) => portElements(network, endpoint, port));
  return {
    name: 'publish-ports',
    subject: `of ${endpoint.id}`,
    apply() {
      try {
        firewall.add(elements);
        for (const filter of strayFlows(endpoint, ports)) deleteFlows(conntrack(), filter);
      } catch (error) {
        if (isTaken(error)) throw takenByStranger(ports);
        takeBack(error, () => firewall.delete(elements));
      }
    },
    undo: { name: 'unpublish-ports', apply: () => firewall.delete(elements) },
  };
}

function isTaken(error: unknown): boolean {
  return error instanceof NftablesError && error.kind === 'already-exists';
}

/** The store knows nobody who has the port, but the firewall does. */
function takenByStranger(ports: readonly PublishedPort[]): PortTakenError {
  const holder =
    'an element of the firewall that is on nobody\'s record ("nft list table inet tsnet" shows it)';
  return new PortTakenError(ports.map(formatPortSpec).join(', '), holder);
}

/** Closes host ports that lead to an endpoint, and cuts the connections through them. */
export function unpublishStep(
  firewall: FirewallTable,
  conntrack: () => NetlinkConnection,
  network: Network,
  endpoint: Endpoint,
  ports: readonly PublishedPort[],
): Step {
  return {
    name: 'unpublish-ports',
    subject: `of ${endpoint.id}`,
    apply() {
      firewall.delete(ports.flatMap((port) => portElements(network, endpoint, port)));
      for (const filter of publishedFlows(endpoint, ports)) deleteFlows(conntrack(), filter);
    },
  };
}
