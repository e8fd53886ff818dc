import { driverOf, type EngineContext, inSnapshot } from '../context.ts';
import type { DesiredNetwork, Repair } from '../driver.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import { disconnectEndpoint } from '../operations/disconnect.ts';
import { openSandbox } from '../operations/open-sandbox.ts';
import { listDesired } from './desired.ts';
import { reconnectStep } from './reconnect.ts';
import { surveySandbox } from './survey-sandbox.ts';

/**
 * Compares what is on record with what the kernel has. Nothing is changed.
 *
 * @param looksInside whether to look into the sandbox of an endpoint; into all by default.
 */
export async function survey(
  context: EngineContext,
  looksInside: (endpointId: string) => boolean = () => true,
): Promise<readonly Repair[]> {
  const desired = await inSnapshot(context, listDesired);
  return context.drivers.flatMap((driver) =>
    surveyDriver(
      context,
      desired.filter(({ network }) => network.driver === driver.name),
      driver.name,
      looksInside,
    ),
  );
}

function surveyDriver(
  context: EngineContext,
  desired: readonly DesiredNetwork[],
  driverName: string,
  looksInside: (endpointId: string) => boolean,
): readonly Repair[] {
  const { repairs, ends } = driverOf(context, driverName).survey(desired);
  const placed = desired
    .filter(({ network }) => network.state === 'ready')
    .flatMap(({ network, endpoints }) =>
      endpoints.filter(({ state }) => state === 'ready').map((endpoint) => ({ network, endpoint })),
    );
  const repairsOfEndpoints = placed.flatMap(({ network, endpoint }) => {
    const end = ends.get(endpoint.id);
    if (end === undefined) return [repairOfLost(context, network, endpoint)];
    return looksInside(endpoint.id) ? surveySandbox(context, network, endpoint, end) : [];
  });
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
