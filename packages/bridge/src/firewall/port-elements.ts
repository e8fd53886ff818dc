import { type Endpoint, listeningFamilies, type PublishedPort } from '@tsnet/core';
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
export function portElements(endpoint: Endpoint, port: PublishedPort): readonly SetElements[] {
  const available = endpoint.addresses.map(({ prefix }) => prefix.family);
  return listeningFamilies(port, available).flatMap((family) => {
    const target = endpoint.addresses.find(({ prefix }) => prefix.family === family)?.prefix.address;
    return target === undefined ? [] : [familyElements(family, target, port)];
  });
}

function familyElements(family: AddressFamily, target: IpAddress, port: PublishedPort): SetElements {
  const { protocol, hostPort, count } = port;
  const { ports, hostPorts, portRanges } = sets[family];
  const { hostAddress } = port;
  const host =
    hostAddress === undefined || hostAddress.isUnspecified ? undefined : nftValue.address(`${hostAddress}`);
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
