import type { AddressFamily } from '@tsnet/inet';
import type { Transaction } from '@tsnet/ipam';
import { type EngineContext, inTransaction } from '../context.ts';
import { PublishError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { checkHostAddress, checkHostPorts, chooseHostPorts } from '../host/host-ports.ts';
import type { Network } from '../model/network.ts';
import { formatPortSpec, listeningFamilies, type PortSpec, type PublishedPort } from '../model/port.ts';
import { claimPort, findPortHolder, portsClash, refuseClaimed } from '../records/port-claims.ts';

/**
 * Makes sure that ports can be published: it asks the kernel about each, which costs time, and so stands outside
 * of the transaction that claims them, which may have to run again.
 *
 * @throws {@link PublishError}
 */
export async function checkPorts(
  context: EngineContext,
  specs: readonly PortSpec[],
  findNetwork: (tx: Transaction) => Promise<Network>,
): Promise<void> {
  if (specs.length === 0) return;
  refuseGivenTwice(specs);
  const network = await inTransaction(context, async (tx) => {
    for (const spec of specs) if (spec.hostPort !== 0) await refuseClaimed(tx, spec);
    return findNetwork(tx);
  });
  for (const spec of specs) {
    const families = familiesOf(network, spec);
    checkHostAddress(context.host, spec);
    if (spec.hostPort !== 0) checkHostPorts(context.host, spec, families);
  }
}

/** Claims host ports for an endpoint, choosing those that the specs leave open. */
export async function resolvePorts(
  tx: Transaction,
  host: Host,
  network: Network,
  endpointId: string,
  specs: readonly PortSpec[],
): Promise<readonly PublishedPort[]> {
  // Those that are given first, so that none of them is chosen for another.
  for (const spec of specs) if (spec.hostPort !== 0) await claimPort(tx, endpointId, spec);
  const published: PublishedPort[] = [];
  for (const spec of specs) {
    const port = spec.hostPort === 0 ? await choose(tx, host, spec, familiesOf(network, spec)) : spec;
    if (spec.hostPort === 0) await claimPort(tx, endpointId, port);
    published.push(port);
  }
  return published;
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
