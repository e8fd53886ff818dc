import { driverOf, type EngineContext, inTransaction } from '../context.ts';
import { NotReadyError, PublishError, UndoError } from '../errors.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import { formatPortSpec, type PortSpec, samePorts } from '../model/port.ts';
import { applyPlan, type Step, tearDown } from '../plan.ts';
import { findEndpoint, putEndpoint } from '../records/endpoint-record.ts';
import { withNetwork } from '../records/network-record.ts';
import { releasePort } from '../records/port-claims.ts';
import { getEndpoint } from './queries.ts';
import { checkListeners, checkPortSpecs, resolvePorts } from './resolve-ports.ts';

/** Opens ports of a live endpoint: claimed in the store first, then opened. Returns the endpoint as it is now. */
export async function publish(
  context: EngineContext,
  ref: string,
  specs: readonly PortSpec[],
): Promise<Endpoint> {
  checkPortSpecs(context.host, specs);
  const { network, endpoint, added } = await inTransaction(context, async (tx) => {
    const before = await getEndpoint(tx, 'publish on', ref);
    if (before.state !== 'ready') throw new NotReadyError('publish on', before.id, before.state);
    const { network } = await withNetwork(tx, before);
    const added = await resolvePorts(tx, context.host, network, before.id, specs);
    const endpoint: Endpoint = { ...before, ports: [...before.ports, ...added] };
    putEndpoint(tx, endpoint);
    return { network, endpoint, added };
  });
  try {
    checkListeners(context.host, network, specs);
    const plan = driverOf(context, network.driver).publish(network, endpoint, added);
    await applyPlan([...plan, stillConnectedStep(context, endpoint)], context.onStep);
  } catch (error) {
    // What could not be undone is still recorded, so that it can be unpublished.
    if (!(error instanceof UndoError)) await dropPorts(context, endpoint, added);
    throw error;
  }
  return endpoint;
}

/** Closes ports of a live endpoint, then gives up the claims. Returns the endpoint as it is now. */
export async function unpublish(
  context: EngineContext,
  ref: string,
  specs: readonly PortSpec[],
): Promise<Endpoint> {
  const { network, endpoint } = await inTransaction(context, async (tx) => {
    const found = await getEndpoint(tx, 'unpublish on', ref);
    for (const spec of specs)
      if (!found.ports.some((port) => samePorts(port, spec))) throw notPublished(found, spec);
    return withNetwork(tx, found);
  });
  return closePorts(context, network, endpoint, specs);
}

/** Closes ports of an endpoint, also those that are closed already, then gives up the claims. */
export async function closePorts(
  context: EngineContext,
  network: Network,
  endpoint: Endpoint,
  ports: readonly PortSpec[],
): Promise<Endpoint> {
  const plan = driverOf(context, network.driver).unpublish(network, endpoint, ports);
  await tearDown(`ports of ${endpoint.id}`, plan, context.onStep);
  return dropPorts(context, endpoint, ports);
}

/** The last step: a disconnection that began meanwhile has not seen the new ports, or has closed them. */
function stillConnectedStep(context: EngineContext, { id }: Endpoint): Step {
  return {
    name: 'check-endpoint',
    subject: id,
    apply: () =>
      inTransaction(context, async (tx) => {
        const current = await findEndpoint(tx, id);
        if (current?.state !== 'ready') throw new NotReadyError('publish on', id, 'deleting');
      }),
  };
}

/** Gives up the claims; those of an endpoint that was disconnected meanwhile have gone with it. */
function dropPorts(context: EngineContext, before: Endpoint, ports: readonly PortSpec[]): Promise<Endpoint> {
  return inTransaction(context, async (tx) => {
    const endpoint = await findEndpoint(tx, before.id);
    const { ports: published, ...rest } = endpoint ?? before;
    const left = published.filter((port) => !ports.some((dropped) => samePorts(port, dropped)));
    const after: Endpoint = { ...rest, ports: left };
    if (endpoint === undefined) return after;
    for (const port of ports) await releasePort(tx, endpoint.id, port);
    putEndpoint(tx, after);
    return after;
  });
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
