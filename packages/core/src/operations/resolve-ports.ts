import type { AddressFamily } from '@tsnet/inet';
import type { Transaction } from '@tsnet/ipam';
import { PublishError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { checkHostAddress, checkHostPorts, chooseHostPorts } from '../host/host-ports.ts';
import type { Network } from '../model/network.ts';
import { formatPortSpec, listeningFamilies, type PortSpec, type PublishedPort } from '../model/port.ts';
import { claimPort, findPortHolder, portsClash } from '../records/port-claims.ts';

/** Makes sure of what can be told of ports before the network is known. @throws {@link PublishError} */
export function checkPortSpecs(host: Host, specs: readonly PortSpec[]): void {
  refuseGivenTwice(specs);
  for (const spec of specs) checkHostAddress(host, spec);
}

/**
 * Claims host ports for an endpoint, choosing those that the specs leave open. Whether processes of the host have
 * the others is not asked here: see {@link checkListeners}.
 */
export async function resolvePorts(
  tx: Transaction,
  host: Host,
  network: Network,
  endpointId: string,
  specs: readonly PortSpec[],
): Promise<readonly PublishedPort[]> {
  const families = specs.map((spec) => familiesOf(network, spec));
  // Those that are given first, so that none of them is chosen for another.
  for (const spec of specs) if (spec.hostPort !== 0) await claimPort(tx, endpointId, spec);
  const published: PublishedPort[] = [];
  for (const [index, spec] of specs.entries()) {
    const port = spec.hostPort === 0 ? await choose(tx, host, spec, families[index] ?? []) : spec;
    if (spec.hostPort === 0) await claimPort(tx, endpointId, port);
    published.push(port);
  }
  return published;
}

/**
 * Makes sure that no process of the host listens on ports that were claimed as they were given. It asks the kernel
 * about each, which costs time, and so stands outside of the transaction, which may have to run again.
 *
 * @throws {@link PublishError}
 */
export function checkListeners(host: Host, network: Network, specs: readonly PortSpec[]): void {
  for (const spec of specs) if (spec.hostPort !== 0) checkHostPorts(host, spec, familiesOf(network, spec));
}

function refuseGivenTwice(specs: readonly PortSpec[]): void {
  const given = specs.filter(({ hostPort }) => hostPort !== 0);
  const second = given.find((spec, index) => given.slice(0, index).some((first) => portsClash(first, spec)));
  if (second === undefined) return;
  throw new PublishError(formatPortSpec(second), {
    kind: 'invalid',
    reason: 'its host port is given twice',
    hint: 'Leave one of them out, or give it another host port.',
  });
}

function familiesOf(network: Network, spec: PortSpec): readonly AddressFamily[] {
  const available = [...new Set(network.subnets.map(({ prefix }) => prefix.family))];
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
