import { expect, it } from 'vitest';
import type { Driver, Repair, Survey } from '../driver.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { applyPlan } from '../plan.ts';
import { endpoint, hasEndpoint, hasNetwork, network, type OpenBench, wire } from './driver-fixtures.ts';

/** Defines the tests of {@link Driver.survey}. */
export function itFindsWhatIsWrong(open: OpenBench): void {
  it('finds nothing wrong with what it made, and names an endpoint that has lost its link', async () => {
    await using bench = open();
    const { driver } = bench;
    const sandbox = bench.sandbox();
    await applyPlan(driver.create(network));
    expect(surveyOf(driver, [endpoint]).ends).toEqual(new Map());
    await applyPlan(driver.connect(network, endpoint, sandbox));
    const end = { ifIndex: expect.any(Number), up: false };
    expect(surveyOf(driver, [endpoint]).ends).toEqual(new Map([[endpoint.id, end]]));
    wire(bench.host, sandbox);
    const told: Promise<void>[] = [];
    await applyPlan(driver.announce(network, endpoint, sandbox, (work) => told.push(work)));
    await Promise.all(told);
    await applyPlan(driver.publish(network, endpoint, endpoint.ports));
    expect(surveyOf(driver, [endpoint])).toEqual({
      repairs: [],
      ends: new Map([[endpoint.id, { ...end, up: true }]]),
    });
    bench.destroy(sandbox);
    await expect.poll(() => surveyOf(driver, [endpoint]).ends).toEqual(new Map());
  });

  it('makes what is gone anew, and takes away what nothing wants', async () => {
    await using bench = open();
    const { driver, host } = bench;
    const repair = async (endpoints: readonly Endpoint[]) => {
      for (const { plan } of findingsOf(driver, endpoints)) await applyPlan(plan);
    };
    const sandbox = bench.sandbox();
    await repair([]);
    expect(hasNetwork(host)).toBe(true);
    expect(findingsOf(driver)).toEqual([]);
    await applyPlan(driver.connect(network, endpoint, sandbox));
    await repair([endpoint]);
    expect(findingsOf(driver, [endpoint])).toEqual([]);
    const leftover = findingsOf(driver);
    expect(leftover.every(({ isLeftover }) => isLeftover)).toBe(true);
    expect(leftover.some(({ owner }) => owner === endpoint.id)).toBe(true);
    await repair([]);
    expect(hasEndpoint(host, sandbox)).toBe(false);
    await expect(applyPlan(driver.publish(network, endpoint, endpoint.ports))).resolves.toBeUndefined();
  });
}

/** What a driver finds wrong with the network and the endpoints that it is to have. */
export function findingsOf(driver: Driver, endpoints: readonly Endpoint[] = []): readonly Repair[] {
  return surveyOf(driver, endpoints).repairs;
}

function surveyOf(driver: Driver, endpoints: readonly Endpoint[]): Survey {
  const ready = { ...network, state: 'ready' } as const;
  return driver.survey([
    { network: ready, endpoints: endpoints.map((each) => ({ ...each, state: 'ready' })) },
  ]);
}
