import { setImmediate } from 'node:timers/promises';
import { driverOf, type EngineContext, inSnapshot } from '../context.ts';
import type { DesiredNetwork, Repair, SurveyScope } from '../driver.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import { disconnectEndpoint } from '../operations/disconnect.ts';
import { openSandbox } from '../operations/open-sandbox.ts';
import { isConcerned, listConcerned, listDesired } from './desired.ts';
import { reconnectStep } from './reconnect.ts';
import { surveySandbox } from './survey-sandbox.ts';

/** How long a survey that gives way keeps the event loop. */
const TURN_MS = 3;

/** What a survey looks at, and how. */
export interface SurveyView {
  /** All by default. */
  readonly scope?: SurveyScope | undefined;
  /** Whether to look into the sandbox of an endpoint; into all by default, or all that the scope names. */
  readonly looksInside?: ((endpointId: string) => boolean) | undefined;
  /** Whether to let other work of this process go first now and then; no by default. */
  readonly givesWay?: boolean;
}

/** Compares what is on record with what the kernel has. Nothing is changed. */
export async function survey(context: EngineContext, view: SurveyView = {}): Promise<readonly Repair[]> {
  const { scope } = view;
  const desired = await inSnapshot(context, (tx) =>
    scope === undefined || scope.shared ? listDesired(tx) : listConcerned(tx, scope.owners),
  );
  const repairs: Repair[] = [];
  for (const { name } of context.drivers) {
    const own = desired.filter(({ network }) => network.driver === name);
    if (own.length > 0 || scope === undefined)
      repairs.push(...(await surveyDriver(context, own, name, view)));
  }
  return repairs;
}

async function surveyDriver(
  context: EngineContext,
  desired: readonly DesiredNetwork[],
  driverName: string,
  view: SurveyView,
): Promise<readonly Repair[]> {
  const { scope, looksInside = (id) => scope === undefined || scope.owners.has(id) } = view;
  const { repairs, ends } = driverOf(context, driverName).survey(desired, scope);
  const placed = desired
    .filter(({ network }) => network.state === 'ready')
    .flatMap(({ network, endpoints }) =>
      endpoints
        .filter((endpoint) => endpoint.state === 'ready' && isConcerned(scope, endpoint))
        .map((endpoint) => ({ network, endpoint })),
    );
  const repairsOfEndpoints: Repair[] = [];
  let since = performance.now();
  for (const { network, endpoint } of placed) {
    const end = ends.get(endpoint.id);
    if (end === undefined) repairsOfEndpoints.push(repairOfLost(context, network, endpoint));
    else if (looksInside(endpoint.id))
      repairsOfEndpoints.push(...surveySandbox(context, network, endpoint, end));
    if (view.givesWay !== true || performance.now() - since < TURN_MS) continue;
    await setImmediate();
    since = performance.now();
  }
  // What is given up is not repaired before.
  const givenUp = new Set(
    repairsOfEndpoints.filter(({ isLeftover }) => isLeftover).map(({ owner }) => owner),
  );
  return [...repairs.filter(({ owner }) => !givenUp.has(owner)), ...repairsOfEndpoints];
}

/** An endpoint without a link gets another one, or is given up with its sandbox. */
function repairOfLost(context: EngineContext, network: Network, endpoint: Endpoint): Repair {
  const { id, sandbox } = endpoint;
  const subject = `endpoint ${id} of ${sandbox.ref} on ${network.name}`;
  using alive = openSandbox(context, endpoint);
  if (alive === undefined) {
    return {
      subject,
      problem: 'its sandbox is gone',
      owner: id,
      isLeftover: true,
      plan: [
        {
          name: 'give-up-endpoint',
          subject: id,
          isRehearsable: true,
          apply: () => disconnectEndpoint(context, { id }, { force: true }),
        },
      ],
    };
  }
  return {
    subject,
    problem: 'its link is gone',
    owner: id,
    isLeftover: false,
    plan: [reconnectStep(context, network, endpoint)],
  };
}
