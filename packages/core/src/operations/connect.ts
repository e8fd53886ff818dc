import { driverOf, type EngineContext, inTransaction } from '../context.ts';
import { NotReadyError, UndoError } from '../errors.ts';
import { Sandbox } from '../host/sandbox.ts';
import type { Endpoint, EndpointSpec } from '../model/endpoint.ts';
import { applyPlan, type Plan, type Step } from '../plan.ts';
import { findEndpoint, putEndpoint } from '../records/endpoint-record.ts';
import { keys, lastPart } from '../records/keys.ts';
import { getNetwork } from '../records/network-record.ts';
import { disconnectEndpoints, forgetEndpoint } from './disconnect.ts';
import { getEndpoints } from './queries.ts';
import { type ReservedEndpoint, reserveEndpoint } from './reserve-endpoint.ts';
import { checkPorts } from './resolve-ports.ts';
import { untilLinksAreGone } from './sandboxes.ts';
import { announceStep, wireSandboxStep } from './wire-sandbox.ts';

/** Connects a sandbox to a network: all of it is stored first, then made; what fails half-way is undone. */
export async function connect(context: EngineContext, spec: EndpointSpec): Promise<Endpoint> {
  using sandbox = Sandbox.open(context.host, 'connect', spec.sandbox);
  await giveUpPredecessors(context, sandbox);
  await checkPorts(context, spec.ports ?? [], (tx) => getNetwork(tx, 'connect to network', spec.network));
  const identity = { id: context.newId(), createdAt: context.now() };
  const reserved = await inTransaction(context, (tx) =>
    reserveEndpoint(context, tx, spec, sandbox, identity),
  );
  const ready: Endpoint = { ...reserved.endpoint, state: 'ready' };
  try {
    await applyPlan([...connectPlan(context, reserved, sandbox), recordStep(context, ready)], context.onStep);
  } catch (error) {
    // What could not be undone is still recorded, so that it can be disconnected.
    if (!(error instanceof UndoError))
      await inTransaction(context, (tx) => forgetEndpoint(tx, reserved.endpoint));
    throw error;
  }
  return ready;
}

/** The last step: the endpoint is whole, unless somebody has begun to disconnect it. */
function recordStep(context: EngineContext, ready: Endpoint): Step {
  return {
    name: 'record-endpoint',
    subject: ready.id,
    apply: () =>
      inTransaction(context, async (tx) => {
        const current = await findEndpoint(tx, ready.id);
        if (current?.state !== 'creating') throw new NotReadyError('connect', ready.id, 'deleting');
        putEndpoint(tx, ready);
      }),
  };
}

function connectPlan(
  context: EngineContext,
  { network, endpoint }: ReservedEndpoint,
  sandbox: Sandbox,
): Plan {
  const driver = driverOf(context, network.driver);
  return [
    ...driver.connect(network, endpoint, sandbox.netns),
    wireSandboxStep(context.host, network, endpoint, sandbox),
    ...driver.publish(network, endpoint, endpoint.ports),
    announceStep(context.host, endpoint, sandbox),
  ];
}

/**
 * A name can be given to a new namespace when the old one has died. What the old one held is given up
 * first, so that the new one can have the same addresses and ports.
 */
async function giveUpPredecessors(context: EngineContext, sandbox: Sandbox): Promise<void> {
  const { ref, key } = sandbox.identity;
  const predecessors = await inTransaction(context, async (tx) => {
    const index = await tx.list(keys.sandboxRefs(ref));
    const endpoints = await getEndpoints(
      tx,
      index.map((entry) => lastPart(entry.key)),
    );
    return endpoints.filter((endpoint) => endpoint.sandbox.key !== key);
  });
  if (predecessors.length === 0) return;
  const living = await untilLinksAreGone(context, predecessors);
  await disconnectEndpoints(
    context,
    predecessors.filter((endpoint) => !living.includes(endpoint)),
  );
}
