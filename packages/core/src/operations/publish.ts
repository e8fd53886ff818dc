import { driverOf, type EngineContext, inTransaction } from '../context.ts';
import { NotReadyError, PublishError } from '../errors.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { formatPortSpec, type PortSpec, samePorts } from '../model/port.ts';
import { applyPlan, tearDown } from '../plan.ts';
import { putEndpoint } from '../records/endpoint-record.ts';
import { getNetwork } from '../records/network-record.ts';
import { releasePort } from '../records/port-claims.ts';
import { getEndpoint } from './queries.ts';
import { resolvePorts } from './resolve-ports.ts';

/** Opens ports of a live endpoint: claimed in the store first, then opened. Returns the endpoint as it is now. */
export async function publish(
  context: EngineContext,
  ref: string,
  specs: readonly PortSpec[],
): Promise<Endpoint> {
  const { network, endpoint, added } = await inTransaction(context, async (tx) => {
    const before = await getEndpoint(tx, 'publish on', ref);
    if (before.state !== 'ready') throw new NotReadyError('publish on', before.id, before.state);
    const network = await getNetwork(tx, 'publish on', before.networkId);
    const added = await resolvePorts(tx, context.host, network, before.id, specs);
    const endpoint: Endpoint = { ...before, ports: [...before.ports, ...added] };
    putEndpoint(tx, endpoint);
    return { network, endpoint, added };
  });
  try {
    await applyPlan(driverOf(context, network.driver).publish(network, endpoint, added), context.onStep);
  } catch (error) {
    await dropPorts(context, endpoint.id, added);
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
    return { endpoint: found, network: await getNetwork(tx, 'unpublish on', found.networkId) };
  });
  const plan = driverOf(context, network.driver).unpublish(network, endpoint, specs);
  await tearDown(`ports of ${endpoint.id}`, plan, context.onStep);
  return dropPorts(context, endpoint.id, specs);
}

function dropPorts(context: EngineContext, id: string, ports: readonly PortSpec[]): Promise<Endpoint> {
  return inTransaction(context, async (tx) => {
    const endpoint = await getEndpoint(tx, 'unpublish on', id);
    const rest = endpoint.ports.filter((port) => !ports.some((dropped) => samePorts(port, dropped)));
    for (const port of ports) await releasePort(tx, id, port);
    const after: Endpoint = { ...endpoint, ports: rest };
    putEndpoint(tx, after);
    return after;
  });
}

function notPublished(endpoint: Endpoint, spec: PortSpec): PublishError {
  const published = endpoint.ports.map(formatPortSpec).join(', ');
  return new PublishError({
    operation: 'unpublish',
    kind: 'not-found',
    subject: `${formatPortSpec(spec)} on ${endpoint.id}`,
    reason: 'it is not published',
    hint: published === '' ? 'The endpoint has no published ports.' : `Published: ${published}.`,
  });
}
