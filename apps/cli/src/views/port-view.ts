import type { EndpointDocument, PortDocument } from '@tsnet/api';

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

/** A port in a sentence: `*:8080/tcp -> 10.1.0.2:80`. */
export function portText(endpoint: EndpointDocument, port: PortDocument): string {
  return `${hostText(port)}/${port.protocol} -> ${targetText(targetsOf(endpoint, port), port)}`;
}

/** Where on the host a port is: `*:8080`. */
export function hostText({ hostAddress, hostPort, count }: PortDocument): string {
  return `${hostAddress === null ? '*' : bracketed(hostAddress)}:${rangeText(hostPort, count)}`;
}

/** Where a port leads to: `10.1.0.2:80`. */
export function targetText(targets: readonly string[], { port, count }: PortDocument): string {
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
