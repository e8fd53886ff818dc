import type { Transaction } from '@tsnet/ipam';
import { formatNetnsRef } from '@tsnet/netns';
import { carryOut, checkPlan } from '../carry-out.ts';
import { driverOf, type EngineContext, inSnapshot, inTransaction } from '../context.ts';
import { EndpointExistsError, NotReadyError } from '../errors.ts';
import { Sandbox } from '../host/sandbox.ts';
import { SubjectBusyError } from '../journal/errors.ts';
import { begin, giveUp, type OperationSpec, whenFree } from '../journal/journal.ts';
import { endOperation, findOperation } from '../journal/operation.ts';
import type { Endpoint, EndpointSpec, PlacedEndpoint, SandboxIdentity } from '../model/endpoint.ts';
import type { Plan, Step } from '../plan.ts';
import { findEndpoint, putEndpoint } from '../records/endpoint-record.ts';
import { keys, lastPart } from '../records/keys.ts';
import type { CreateOptions } from './create-options.ts';
import { disconnectEndpoints, forgetEndpoint } from './disconnect.ts';
import { getEndpoints } from './queries.ts';
import { reserveEndpoint } from './reserve-endpoint.ts';
import { checkListeners, checkPortSpecs } from './resolve-ports.ts';
import { untilLinksAreGone } from './sandboxes.ts';
import { wireSandboxStep } from './wire-sandbox.ts';

/** Connects a sandbox to a network: all of it is stored first, then made; what fails half-way is undone. */
export async function connect(
  context: EngineContext,
  spec: EndpointSpec,
  { id }: CreateOptions = {},
): Promise<Endpoint> {
  const made = id === undefined ? undefined : await findMade(context, spec, id);
  if (made !== undefined) return made;
  using sandbox = Sandbox.open(context, 'connect', spec.sandbox);
  const { ports = [] } = spec;
  checkPortSpecs(context.host, ports);
  const { network, endpoint, plan, operation } = await reserve(context, spec, sandbox, id);
  try {
    checkListeners(context.host, network, ports);
    checkPlan(context, network, plan);
    await carryOut(context, plan);
  } catch (error) {
    return giveUp(context, operation, error, (tx) => forgetEndpoint(tx, endpoint));
  }
  return { ...endpoint, state: 'ready' };
}

/** The endpoint that an earlier request of the same id has made. @throws {@link EndpointExistsError} for any other one of that id. */
function findMade(context: EngineContext, spec: EndpointSpec, id: string): Promise<Endpoint | undefined> {
  return whenFree(() =>
    inSnapshot(context, async (tx) => {
      const made = await findEndpoint(tx, id);
      if (made === undefined) return undefined;
      const operation = await findOperation(tx, id);
      if (made.state === 'creating' && operation !== undefined)
        throw new SubjectBusyError(operation, operation);
      const isSame =
        made.state === 'ready' &&
        [made.networkName, made.networkId].includes(spec.network) &&
        made.sandbox.ref === formatNetnsRef(spec.sandbox);
      if (isSame) return made;
      throw idTaken(made);
    }),
  );
}

function idTaken({ id, sandbox, networkName, state }: Endpoint): EndpointExistsError {
  const reason = `it is that of ${sandbox.ref} on ${networkName}, which is ${state}`;
  return new EndpointExistsError(`with the id ${id}`, reason, 'Choose another id, or none.');
}

/** An endpoint that is on record, with what is to be done for it. */
interface PlannedEndpoint extends PlacedEndpoint {
  readonly plan: Plan;
  readonly operation: OperationSpec;
}

/** The last step: the endpoint is whole, unless somebody has begun to disconnect it. */
function recordStep(context: EngineContext, ready: Endpoint): Step {
  return {
    name: 'record-endpoint',
    subject: ready.id,
    isRehearsable: true,
    apply: () =>
      inTransaction(context, async (tx) => {
        const current = await findEndpoint(tx, ready.id);
        if (current?.state !== 'creating') throw new NotReadyError('connect', ready.id, 'deleting');
        putEndpoint(tx, ready);
        endOperation(tx, ready.id);
      }),
  };
}

function connectPlan(context: EngineContext, { network, endpoint }: PlacedEndpoint, sandbox: Sandbox): Plan {
  const driver = driverOf(context, network.driver);
  return [
    ...driver.connect(network, endpoint, sandbox.netns),
    wireSandboxStep(context.host, network, endpoint, sandbox),
    ...driver.announce(network, endpoint, sandbox.netns, (work) => context.announcements.add(work)),
    ...driver.publish(network, endpoint, endpoint.ports),
    recordStep(context, { ...endpoint, state: 'ready' }),
  ];
}

/**
 * Stores the endpoint. A name can be given to a new namespace when the old one has died: what the old one held is
 * given up first, so that the new one can have the same addresses and ports.
 */
async function reserve(
  context: EngineContext,
  spec: EndpointSpec,
  sandbox: Sandbox,
  id: string | undefined,
): Promise<PlannedEndpoint> {
  const identity = { id: id ?? context.newId(), createdAt: context.now() };
  let predecessors: readonly Endpoint[] = [];
  const record = async (tx: Transaction) => {
    // Another process may have made it since it was looked for.
    const made = id === undefined ? undefined : await findEndpoint(tx, id);
    if (made !== undefined) throw idTaken(made);
    const placed = await reserveEndpoint(context, tx, spec, sandbox, identity);
    const plan = connectPlan(context, placed, sandbox);
    const operation = { kind: 'connect', subject: placed.endpoint.id, plan } as const;
    await begin(context, tx, operation);
    return { ...placed, plan, operation };
  };
  const reserved = await inTransaction(context, async (tx) => {
    predecessors = await predecessorsOf(tx, sandbox.identity);
    return predecessors.length === 0 ? record(tx) : undefined;
  });
  if (reserved !== undefined) return reserved;
  const living = await untilLinksAreGone(context, predecessors);
  await disconnectEndpoints(
    context,
    predecessors.filter((endpoint) => !living.includes(endpoint)),
  );
  return inTransaction(context, record);
}

async function predecessorsOf(tx: Transaction, { ref, key }: SandboxIdentity): Promise<readonly Endpoint[]> {
  const index = await tx.list(keys.sandboxRefs(ref));
  const ids = index.map((entry) => lastPart(entry.key));
  return (await getEndpoints(tx, ids)).filter(({ sandbox }) => sandbox.key !== key);
}
