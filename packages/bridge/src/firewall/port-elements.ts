import { type Endpoint, listeningFamilies, type Network, type PublishedPort } from '@tsnet/core';
import { type AddressFamily, IpAddress, IpPrefix } from '@tsnet/inet';
import { type NftElement, type NftValue, nftValue } from '@tsnet/nftables';
import type { SetElements } from './firewall-table.ts';
import { sets } from './sets.ts';

const everywhere = {
  ipv4: IpPrefix.of(IpAddress.of('ipv4', 0n), 0),
  ipv6: IpPrefix.of(IpAddress.of('ipv6', 0n), 0),
} as const;

/**
 * What publishes a port of an endpoint, in each family that it listens on.
 *
 * A range that keeps its port numbers is one element. nftables cannot shift a range, so a shifted one is an
 * element for each port; either way no rule is added, and a packet costs one lookup in each of three maps.
 */
export function portElements(
  network: Network,
  endpoint: Endpoint,
  port: PublishedPort,
): readonly SetElements[] {
  const available = endpoint.addresses.map(({ prefix }) => prefix.family);
  return listeningFamilies(port, available).flatMap((family) => {
    const target = endpoint.addresses.find(({ prefix }) => prefix.family === family)?.prefix.address;
    return target === undefined
      ? []
      : [
          ...(network.respectHostFirewall ? [decisionElements(family, port)] : []),
          familyElements(family, target, port),
        ];
  });
}

/** What leaves it to the host's firewall who reaches a port; it comes before the port, and in the same transaction. */
function decisionElements(family: AddressFamily, port: PublishedPort): SetElements {
  const { protocol, hostPort, count } = port;
  const ports = count === 1 ? nftValue.port(hostPort) : nftValue.portRange(hostPort, hostPort + count - 1);
  const key = [hostValue(port) ?? anyAddress(family), nftValue.protocol(protocol), ports];
  return { set: sets[family].hostDecides, elements: [{ key }] };
}

/** The one address of the host that a port is published on. */
function hostValue({ hostAddress }: PublishedPort): NftValue | undefined {
  return hostAddress === undefined || hostAddress.isUnspecified
    ? undefined
    : nftValue.address(`${hostAddress}`);
}

function familyElements(family: AddressFamily, target: IpAddress, port: PublishedPort): SetElements {
  const { protocol, hostPort, count } = port;
  const { ports, hostPorts, portRanges } = sets[family];
  const host = hostValue(port);
  const to = nftValue.address(`${target}`);
  if (count > 1 && hostPort === port.port) {
    const range = nftValue.portRange(hostPort, hostPort + count - 1);
    const key = [host ?? anyAddress(family), nftValue.protocol(protocol), range];
    return { set: portRanges, elements: [{ key, data: [to] }] };
  }
  const elements = Array.from(
    { length: count },
    (_, offset): NftElement => ({
      key: [
        ...(host === undefined ? [] : [host]),
        nftValue.protocol(protocol),
        nftValue.port(hostPort + offset),
      ],
      data: [to, nftValue.port(port.port + offset)],
    }),
  );
  return { set: host === undefined ? ports : hostPorts, elements };
}

function anyAddress(family: AddressFamily): NftValue {
  const { address, length } = everywhere[family];
  return nftValue.prefix(`${address}`, length);
}
