import type { Endpoint, Host, Network, Repair, Step } from '@tsnet/core';
import { changeLink, findLink } from '@tsnet/netlink';
import { getMarkedBridge, vethMark } from '../mark.ts';
import type { Observation } from './observation.ts';
import { renameLink } from './rename-link.ts';

/**
 * Compares the host's end of an endpoint that has one with what it should be.
 *
 * @param isAnnounced - whether it is not just being announced.
 */
export function surveyVeth(
  host: Host,
  { hostEnds, bridges }: Observation,
  network: Network,
  endpoint: Endpoint,
  isAnnounced: boolean,
): readonly Repair[] {
  const link = hostEnds.get(endpoint.id);
  if (link === undefined) return [];
  const bridge = bridges.get(network.id);
  const isRenamed = link.ifName !== endpoint.hostIfName;
  const problems = [
    ...(isRenamed ? [`renamed to ${link.ifName}`] : []),
    ...(bridge !== undefined && link.master === bridge.ifIndex ? [] : [`not in bridge ${network.ifName}`]),
    ...(link.up ? [] : ['down']),
    ...(link.hairpin === false && isAnnounced ? ['lets no frames back to where they came from'] : []),
  ];
  return problems.length === 0
    ? []
    : [
        {
          subject: `link ${endpoint.hostIfName} of endpoint ${endpoint.id}`,
          problem: problems.join(', '),
          owner: endpoint.id,
          isLeftover: false,
          plan: [
            ...(isRenamed ? [renameStep(host, link.ifIndex, endpoint)] : []),
            attachStep(host, network, endpoint),
          ],
        },
      ];
}

function renameStep({ netlink }: Host, ifIndex: number, endpoint: Endpoint): Step {
  return {
    name: 'rename-veth',
    subject: endpoint.hostIfName,
    apply() {
      if (findLink(netlink, ifIndex)?.alias === vethMark(endpoint)) {
        renameLink(netlink, ifIndex, endpoint.hostIfName);
      }
    },
  };
}

function attachStep(host: Host, network: Network, { hostIfName }: Endpoint): Step {
  return {
    name: 'attach-veth',
    subject: `${hostIfName} to ${network.ifName}`,
    apply() {
      const { ifIndex } = getMarkedBridge(host.netlink, network);
      host.netlink.send(
        changeLink(hostIfName, { master: ifIndex }),
        changeLink(hostIfName, { bridgePort: { hairpin: true, isolated: network.isolated } }),
        changeLink(hostIfName, { up: true }),
      );
    },
  };
}
