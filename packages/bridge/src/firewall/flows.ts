import { type Endpoint, listeningFamilies, type PublishedPort } from '@tsnet/core';
import type { FlowFilter } from '@tsnet/netlink';

const protocolNumbers = { tcp: 6, udp: 17 } as const;

/*
 * A tracked connection keeps the translation that it began with, so that a client which goes on sending from one
 * port would never notice what is published meanwhile. Connections of others to the same port elsewhere, as of
 * sandboxes to servers outside, must not be touched: theirs would break.
 */

/**
 * The connections that were tried before their ports led anywhere: those to an address that the ports are published
 * on, and where that is every one of the host's, those that nobody has answered.
 */
export function strayFlows(endpoint: Endpoint, ports: readonly PublishedPort[]): readonly FlowFilter[] {
  return flowsOf(endpoint, ports, (_address, { hostAddress }) =>
    hostAddress === undefined || hostAddress.isUnspecified
      ? { unanswered: true }
      : { destination: hostAddress },
  );
}

/** The connections that lead through published ports to their endpoint. */
export function publishedFlows(endpoint: Endpoint, ports: readonly PublishedPort[]): readonly FlowFilter[] {
  return flowsOf(endpoint, ports, ({ prefix }) => ({ answeredBy: prefix.address }));
}

function flowsOf(
  endpoint: Endpoint,
  ports: readonly PublishedPort[],
  which: (address: Endpoint['addresses'][number], port: PublishedPort) => Partial<FlowFilter>,
): readonly FlowFilter[] {
  return ports.flatMap((published) => {
    const { protocol, hostPort, count } = published;
    const families = listeningFamilies(
      published,
      endpoint.addresses.map(({ prefix }) => prefix.family),
    );
    return endpoint.addresses
      .filter(({ prefix }) => families.includes(prefix.family))
      .map((address) => ({
        family: address.prefix.family,
        protocol: protocolNumbers[protocol],
        port: hostPort,
        lastPort: hostPort + count - 1,
        ...which(address, published),
      }));
  });
}
