import type { EndpointDocument, PlacedPortDocument, PortDocument } from '@tsnet/api';
import { formatReach } from '@tsnet/core/reach';
import { IpAddress } from '@tsnet/inet';

/** A port of an endpoint in JSON, with the endpoint that it leads to. */
export function endpointPortDocument(endpoint: EndpointDocument, port: PortDocument) {
  return {
    ...port,
    endpoint: endpoint.id,
    endpointName: endpoint.name,
    sandbox: endpoint.sandbox,
    network: endpoint.network,
    targets: targetsOf(endpoint, port),
  };
}

/** The columns of `tsnet port ls`. */
export const portHeading = [
  'HOST',
  'PROTOCOL',
  'TARGET',
  'ENDPOINT',
  'SANDBOX',
  'NETWORK',
  'REACHED AT',
] as const;

/** The row of a port in `tsnet port ls`. */
export function portRow(port: PlacedPortDocument): readonly string[] {
  const { protocol, targets, endpoint, sandbox, network } = port;
  return [
    ...[hostText(port), protocol, targetText(targets, port), endpoint, sandbox, network],
    reachText(port),
  ];
}

/** A port in a sentence: `*:8080/tcp -> 10.1.0.2:80`. */
export function portText(endpoint: EndpointDocument, port: PortDocument): string {
  return `${hostText(port)}/${port.protocol} -> ${targetText(targetsOf(endpoint, port), port)}`;
}

function reachText({ reach, hostAddress, hostFirewallDecides }: PlacedPortDocument): string {
  const address = hostAddress === null ? undefined : IpAddress.parse(hostAddress);
  return formatReach({ reach, hostAddress: address, hostFirewallDecides });
}

function hostText({ hostAddress, hostPort, count }: PortDocument): string {
  return `${hostAddress === null ? '*' : bracketed(hostAddress)}:${rangeText(hostPort, count)}`;
}

function targetText(targets: readonly string[], { port, count }: PortDocument): string {
  return targets.map((address) => `${bracketed(address)}:${rangeText(port, count)}`).join(', ');
}

/** A port is listened on at the addresses of one family, if it names one, and leads to those of the same. */
function targetsOf({ addresses }: EndpointDocument, { hostAddress }: PortDocument): readonly string[] {
  return addresses.flatMap(({ address }) => {
    return hostAddress === null || isIpv6(address) === isIpv6(hostAddress) ? [address] : [];
  });
}

function rangeText(first: number, count: number): string {
  return count === 1 ? `${first}` : `${first}-${first + count - 1}`;
}

function bracketed(address: string): string {
  return isIpv6(address) ? `[${address}]` : address;
}

function isIpv6(address: string): boolean {
  return address.includes(':');
}
