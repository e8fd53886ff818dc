import type { Endpoint, Network } from '@tsnet/core';
import { formatPortSpec, listeningFamilies, type PublishedPort } from '@tsnet/core/port';
import { formatReach, reachOf } from '@tsnet/core/reach';
import type { IpAddress } from '@tsnet/inet';

/** A published port in JSON. */
export function portDocument(port: PublishedPort) {
  const { protocol, hostAddress, hostPort, port: target, count } = port;
  return {
    spec: formatPortSpec(port),
    protocol,
    hostAddress: hostAddress === undefined ? null : `${hostAddress}`,
    hostPort,
    port: target,
    count,
  };
}

/** A published port, with the endpoint that it leads to, and that one's network. */
export interface PlacedPort {
  readonly network: Network | undefined;
  readonly endpoint: Endpoint;
  readonly port: PublishedPort;
}

/** A published port in JSON, with the endpoint that it leads to. */
export function endpointPortDocument(endpoint: Endpoint, port: PublishedPort) {
  return {
    ...portDocument(port),
    endpoint: endpoint.id,
    endpointName: endpoint.name ?? null,
    sandbox: endpoint.sandbox.ref,
    network: endpoint.networkName,
    targets: targetsOf(endpoint, port).map((address) => `${address}`),
  };
}

/** As {@link endpointPortDocument}, and from where it is reached. */
export function placedPortDocument({ network, endpoint, port }: PlacedPort) {
  const { reach, hostFirewallDecides } = reachOf(port, network ?? {});
  return { ...endpointPortDocument(endpoint, port), reach, hostFirewallDecides };
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
export function portRow({ network, endpoint, port }: PlacedPort): readonly string[] {
  const { id, sandbox, networkName } = endpoint;
  const reach = formatReach(reachOf(port, network ?? {}));
  return [hostText(port), port.protocol, targetText(endpoint, port), id, sandbox.ref, networkName, reach];
}

/** A port in a sentence: `*:8080/tcp -> 10.1.0.2:80`. */
export function portText(endpoint: Endpoint, port: PublishedPort): string {
  return `${hostText(port)}/${port.protocol} -> ${targetText(endpoint, port)}`;
}

function hostText({ hostAddress, hostPort, count }: PublishedPort): string {
  return `${hostAddress === undefined ? '*' : bracketed(hostAddress)}:${rangeText(hostPort, count)}`;
}

function targetText(endpoint: Endpoint, port: PublishedPort): string {
  const range = rangeText(port.port, port.count);
  return targetsOf(endpoint, port)
    .map((address) => `${bracketed(address)}:${range}`)
    .join(', ');
}

function targetsOf({ addresses }: Endpoint, port: PublishedPort): readonly IpAddress[] {
  const families = listeningFamilies(port, ['ipv4', 'ipv6']);
  return addresses.flatMap(({ prefix }) => (families.includes(prefix.family) ? [prefix.address] : []));
}

function rangeText(first: number, count: number): string {
  return count === 1 ? `${first}` : `${first}-${first + count - 1}`;
}

function bracketed(address: IpAddress): string {
  return address.family === 'ipv6' ? `[${address}]` : `${address}`;
}
