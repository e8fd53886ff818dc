import type { Transaction } from '@tsnet/ipam';
import { carryOut, takeDown } from '../carry-out.ts';
import { driverOf, type EngineContext, inTransaction } from '../context.ts';
import { NotReadyError, PublishError } from '../errors.ts';
import { abandon, begin, giveUp, isAbandoned, whenFree } from '../journal/journal.ts';
import { endOperation, type Operation } from '../journal/operation.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { formatPortSpec, type PortSpec, samePorts } from '../model/port.ts';
import type { Plan, Step } from '../plan.ts';
import { findEndpoint, putEndpoint } from '../records/endpoint-record.ts';
import { withNetwork } from '../records/network-record.ts';
import { releasePort } from '../records/port-claims.ts';
import { getEndpoint } from './queries.ts';
import { checkListeners, checkPortSpecs, resolvePorts } from './resolve-ports.ts';

/** How ports are published or closed. */
export interface ChangePortsOptions {
  /** Told of the endpoint as it is when the change begins; what it throws keeps that from happening. */
  readonly check?: (endpoint: Endpoint) => void;
}

/** Opens ports of a live endpoint: claimed in the store first, then opened. Returns the endpoint as it is now. */
export async function publish(
  context: EngineContext,
  ref: string,
  specs: readonly PortSpec[],
  { check }: ChangePortsOptions = {},
): Promise<Endpoint> {
  checkPortSpecs(context.host, specs);
  const reserve = async (tx: Transaction) => {
    const before = await getEndpoint(tx, 'publish on', ref);
    check?.(before);
    if (before.state !== 'ready') throw new NotReadyError('publish on', before.id, before.state);
    const { network } = await withNetwork(tx, before);
    const added = await resolvePorts(tx, context.host, network, before.id, specs);
    const endpoint: Endpoint = { ...before, ports: [...before.ports, ...added] };
    const opening = driverOf(context, network.driver).publish(network, endpoint, added);
    const plan = [...opening, stillConnectedStep(context, endpoint)];
    const operation = { kind: 'publish', subject: endpoint.id, plan, ports: added } as const;
    await begin(context, tx, operation);
    putEndpoint(tx, endpoint);
    return { network, endpoint, added, plan, operation };
  };
  const { network, endpoint, added, plan, operation } = await whenFree(() => inTransaction(context, reserve));
  try {
    checkListeners(context.host, network, specs);
    await carryOut(context, plan);
  } catch (error) {
    return giveUp(context, operation, error, (tx) => dropPorts(tx, endpoint, added));
  }
  return endpoint;
}

/** Closes ports of a live endpoint, then gives up the claims. Returns the endpoint as it is now. */
export async function unpublish(
  context: EngineContext,
  ref: string,
  specs: readonly PortSpec[],
  { check }: ChangePortsOptions = {},
): Promise<Endpoint> {
  const mark = async (tx: Transaction) => {
    const found = await getEndpoint(tx, 'unpublish on', ref);
    check?.(found);
    for (const spec of specs)
      if (!found.ports.some((port) => samePorts(port, spec))) throw notPublished(found, spec);
    return closing(context, tx, found, specs);
  };
  return finishClosing(context, await whenFree(() => inTransaction(context, mark)));
}

/** Closes ports of an endpoint that is there, also those that are closed already, then gives up the claims. */
export async function closePorts(
  context: EngineContext,
  { id }: Pick<Endpoint, 'id'>,
  ports: readonly PortSpec[],
): Promise<void> {
  const mark = async (tx: Transaction) => {
    const found = await findEndpoint(tx, id);
    return found === undefined ? undefined : closing(context, tx, found, ports);
  };
  const plan = await whenFree(() => inTransaction(context, mark));
  if (plan !== undefined) await finishClosing(context, plan);
}

/** Ports that are going, with what is to be done for it. */
interface ClosingPorts {
  readonly endpoint: Endpoint;
  readonly ports: readonly PortSpec[];
  readonly plan: Plan;
}

/** Puts on record that ports are going. */
async function closing(
  context: EngineContext,
  tx: Transaction,
  found: Endpoint,
  ports: readonly PortSpec[],
): Promise<ClosingPorts> {
  const { network, endpoint } = await withNetwork(tx, found);
  const plan = driverOf(context, network.driver).unpublish(network, endpoint, ports);
  const spec = { kind: 'unpublish', subject: endpoint.id, plan, ports } as const;
  await begin(context, tx, spec, (other) => isAbandoned(context, other) && arePortsOf(other, ports));
  return { endpoint, ports, plan };
}

/** Whether closing these ports covers all that an operation may have opened or left open. */
function arePortsOf({ kind, ports }: Operation, closing: readonly PortSpec[]): boolean {
  const isAboutPorts = kind === 'publish' || kind === 'unpublish';
  return isAboutPorts && ports.every((port) => closing.some((other) => samePorts(port, other)));
}

async function finishClosing(
  context: EngineContext,
  { endpoint, ports, plan }: ClosingPorts,
): Promise<Endpoint> {
  try {
    await takeDown(context, `ports of ${endpoint.id}`, plan);
  } catch (error) {
    await abandon(context, endpoint.id);
    throw error;
  }
  return inTransaction(context, (tx) => dropPorts(tx, endpoint, ports));
}

/** The last step: a disconnection that began meanwhile has not seen the new ports, or has closed them. */
function stillConnectedStep(context: EngineContext, { id }: Endpoint): Step {
  return {
    name: 'check-endpoint',
    subject: id,
    isRehearsable: true,
    apply: () =>
      inTransaction(context, async (tx) => {
        const current = await findEndpoint(tx, id);
        if (current?.state !== 'ready') throw new NotReadyError('publish on', id, 'deleting');
        endOperation(tx, id);
      }),
  };
}

/** Gives up the claims; those of an endpoint that was disconnected meanwhile have gone with it. */
async function dropPorts(tx: Transaction, before: Endpoint, ports: readonly PortSpec[]): Promise<Endpoint> {
  const endpoint = await findEndpoint(tx, before.id);
  const { ports: published, ...rest } = endpoint ?? before;
  const left = published.filter((port) => !ports.some((dropped) => samePorts(port, dropped)));
  const after: Endpoint = { ...rest, ports: left };
  if (endpoint === undefined) return after;
  endOperation(tx, endpoint.id);
  for (const port of ports) await releasePort(tx, endpoint.id, port);
  putEndpoint(tx, after);
  return after;
}

function notPublished(endpoint: Endpoint, spec: PortSpec): PublishError {
  const published = endpoint.ports.map(formatPortSpec).join(', ');
  return new PublishError(`${formatPortSpec(spec)} on ${endpoint.id}`, {
    operation: 'unpublish',
    kind: 'not-found',
    reason: 'it is not published',
    hint: published === '' ? 'The endpoint has no published ports.' : `Published: ${published}.`,
  });
}
