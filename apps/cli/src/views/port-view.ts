import type { Endpoint } from '@tsnet/core';
import { formatPortSpec, listeningFamilies, type PublishedPort } from '@tsnet/core/port';
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

/** The columns of `tsnet port ls`. */
export const portHeading = ['HOST', 'PROTOCOL', 'TARGET', 'ENDPOINT', 'SANDBOX', 'NETWORK'] as const;

/** The row of a port in `tsnet port ls`. */
export function portRow(endpoint: Endpoint, port: PublishedPort): readonly string[] {
  const { id, sandbox, networkName } = endpoint;
  return [hostText(port), port.protocol, targetText(endpoint, port), id, sandbox.ref, networkName];
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
