import type { PlacedPortDocument, PortDocument } from '@tsnet/api';
import type { Endpoint, Network } from '@tsnet/core';
import { formatPortSpec, listeningFamilies, type PublishedPort } from '@tsnet/core/port';
import { reachOf } from '@tsnet/core/reach';

/** A published port as the API shows it. */
export function portDocument(port: PublishedPort): PortDocument {
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

/** A published port with the endpoint that it leads to, and from where it is reached. */
export function placedPortDocument(
  network: Network | undefined,
  endpoint: Endpoint,
  port: PublishedPort,
): PlacedPortDocument {
  const { reach, hostFirewallDecides } = reachOf(port, network ?? {});
  const families = listeningFamilies(port, ['ipv4', 'ipv6']);
  const targets = endpoint.addresses.filter(({ prefix }) => families.includes(prefix.family));
  return {
    ...portDocument(port),
    endpoint: endpoint.id,
    endpointName: endpoint.name ?? null,
    sandbox: endpoint.sandbox.ref,
    network: endpoint.networkName,
    targets: targets.map(({ prefix }) => `${prefix.address}`),
    reach,
    hostFirewallDecides,
  };
}
