import type { AddressFamily } from '@tsnet/inet';
import type { Transaction } from '@tsnet/ipam';
import { PublishError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { checkHostPorts, chooseHostPorts } from '../host/host-ports.ts';
import type { Network } from '../model/network.ts';
import { formatPortSpec, listeningFamilies, type PortSpec, type PublishedPort } from '../model/port.ts';
import { claimPort, findPortHolder } from '../records/port-claims.ts';

/** Claims host ports for an endpoint, choosing those that the specs leave open. */
export async function resolvePorts(
  tx: Transaction,
  host: Host,
  network: Network,
  endpointId: string,
  specs: readonly PortSpec[],
): Promise<readonly PublishedPort[]> {
  const available = [...new Set(network.subnets.map(({ prefix }) => prefix.family))];
  const published: PublishedPort[] = [];
  for (const spec of specs) {
    const families = familiesOf(network, spec, available);
    const port = spec.hostPort === 0 ? await choose(tx, host, spec, families) : spec;
    await claimPort(tx, endpointId, port);
    if (spec.hostPort !== 0) checkHostPorts(host, port, families);
    published.push(port);
  }
  return published;
}

function familiesOf(
  network: Network,
  spec: PortSpec,
  available: readonly AddressFamily[],
): readonly AddressFamily[] {
  const subject = formatPortSpec(spec);
  if (network.internal) {
    throw new PublishError(subject, {
      kind: 'invalid',
      reason: `network ${network.name} is internal: nothing outside may reach it`,
      hint: 'Connect the sandbox to another network as well, and publish there.',
    });
  }
  if (spec.hostAddress?.family === 'ipv6' && spec.hostAddress.isLoopback) {
    throw new PublishError(subject, {
      kind: 'unsupported',
      reason: 'the kernel lets nothing at ::1 lead elsewhere',
      hint: 'Publish on 127.0.0.1, or on another address of the host.',
    });
  }
  const families = listeningFamilies(spec, available);
  if (families.length > 0) return families;
  const reason = `network ${network.name} has no ${spec.hostAddress?.family === 'ipv6' ? 'IPv6' : 'IPv4'}`;
  throw new PublishError(subject, { kind: 'invalid', reason });
}

async function choose(
  tx: Transaction,
  host: Host,
  spec: PortSpec,
  families: readonly AddressFamily[],
): Promise<PublishedPort> {
  const isClaimed = async (hostPort: number) =>
    (await findPortHolder(tx, { ...spec, hostPort })) !== undefined;
  return { ...spec, hostPort: await chooseHostPorts(host, spec, families, isClaimed) };
}
