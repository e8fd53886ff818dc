import { type Endpoint, listeningFamilies, type PublishedPort } from '@tsnet/core';
import { readyNetworks } from '../facts/host-facts.ts';
import type { ListeningSocket } from '../facts/sockets.ts';
import type { HostFinding } from '../finding.ts';
import type { Check } from './check.ts';
import { shellWord } from './shell-word.ts';

/** Whether processes of the host listen on published ports. */
export const checkPorts: Check = (facts) => {
  const { sockets } = facts;
  if (sockets.kind === 'unread') return [];
  return readyNetworks(facts).flatMap(({ endpoints }) =>
    endpoints.flatMap((endpoint) =>
      endpoint.ports.flatMap((port) => checkPort(sockets.value, endpoint, port)),
    ),
  );
};

function checkPort(
  sockets: readonly ListeningSocket[],
  endpoint: Endpoint,
  published: PublishedPort,
): readonly HostFinding[] {
  const met = sockets.filter((socket) => isMet(socket, endpoint, published));
  const byPort = Map.groupBy(met, ({ port }) => port);
  return [...byPort].map(([port, listeners]): HostFinding => {
    const owners = [...new Set(listeners.map(({ owner }) => owner ?? 'a process of the host'))];
    return {
      code: 'PORT_TAKEN',
      severity: 'problem',
      subject: `port ${port}/${published.protocol}`,
      what: `${owners.join(', ')} listens on it, and it is published for endpoint ${endpoint.name ?? endpoint.id} of network ${endpoint.networkName}.`,
      why: 'Connections go to the sandbox: the process gets none.',
      remedy: 'Let the process listen elsewhere, or unpublish the port and publish another.',
      commands: [`ss -lnp ${shellWord(`sport = :${port}`)}`],
    };
  });
}

function isMet(
  { protocol, address, port }: ListeningSocket,
  endpoint: Endpoint,
  published: PublishedPort,
): boolean {
  const { hostPort, count, hostAddress } = published;
  if (protocol !== published.protocol || port < hostPort || port >= hostPort + count) return false;
  const available = endpoint.addresses.map(({ prefix }) => prefix.family);
  const families = listeningFamilies(published, available);
  // A socket on :: as a rule takes IPv4 as well.
  const isEverywhere = address.isUnspecified && (address.family === 'ipv6' || families.includes('ipv4'));
  if (!isEverywhere && !families.includes(address.family)) return false;
  // To ::1 no port leads: the kernel has no route_localnet for IPv6.
  if (address.family === 'ipv6' && address.isLoopback) return false;
  return (
    isEverywhere || hostAddress === undefined || hostAddress.isUnspecified || hostAddress.equals(address)
  );
}
