import { addAddress, changeLink, deleteAddress, getLink, NetlinkConnection } from '@tsnet/netlink';
import { expect, it } from 'vitest';
import type { Change, Driver } from '../driver.ts';
import { applyPlan } from '../plan.ts';
import { Suspects } from '../repair/guard/suspects.ts';
import { type DriverBench, endpoint, network, type OpenBench, wire } from './driver-fixtures.ts';

/** Defines the tests of `Driver.watch`, of surveys with a scope, and of `Driver.traffic`. */
export function itWatches(open: OpenBench): void {
  it('tells of an endpoint or network that somebody damages, also in the sandbox', async () => {
    await using bench = open();
    const { inside } = await connected(bench);
    const { host, driver } = bench;
    const { ifIndex } = getLink(inside, endpoint.ifName);
    const [prefix] = endpoint.addresses.map((address) => address.prefix);
    if (prefix === undefined) throw new Error('the endpoint has no address');
    const damages: readonly (readonly [string, () => void, () => void])[] = [
      [
        endpoint.id,
        () => inside.send(deleteAddress(ifIndex, prefix)),
        () => inside.send(addAddress(ifIndex, prefix)),
      ],
      [
        endpoint.id,
        () => inside.send(changeLink(ifIndex, { up: false })),
        () => inside.send(changeLink(ifIndex, { up: true })),
      ],
      [
        endpoint.id,
        () => host.netlink.send(changeLink(endpoint.hostIfName, { up: false })),
        () => host.netlink.send(changeLink(endpoint.hostIfName, { up: true })),
      ],
      [
        network.id,
        () => host.netlink.send(changeLink(network.ifName, { up: false })),
        () => host.netlink.send(changeLink(network.ifName, { up: true })),
      ],
    ];
    for (const [owner, damage, heal] of damages) {
      await using told = watching(driver);
      damage();
      expect(told.suspects()).toContain(owner);
      heal();
    }
    inside.close();
  });

  it('tells nothing of what it does itself, when that is done', async () => {
    await using bench = open();
    const { inside } = await connected(bench);
    const { driver } = bench;
    await applyPlan(driver.disconnect(network, endpoint));
    await using told = watching(driver);
    const sandbox = bench.sandbox();
    await applyPlan(driver.connect(network, endpoint, sandbox));
    wire(bench.host, sandbox);
    await applyPlan(driver.publish(network, endpoint, endpoint.ports));
    await applyPlan(driver.unpublish(network, endpoint, endpoint.ports));
    expect(told.suspects()).toEqual([]);
    inside.close();
  });

  it('looks at what a scope names alone, and finds nothing left over there', async () => {
    await using bench = open();
    const { inside } = await connected(bench);
    const { driver, host } = bench;
    host.netlink.send(changeLink(endpoint.hostIfName, { up: false }));
    const desired = [
      { network: { ...network, state: 'ready' }, endpoints: [{ ...endpoint, state: 'ready' }] },
    ] as const;
    const ownersIn = (...owners: readonly string[]) =>
      driver.survey(desired, { owners: new Set(owners), shared: false }).repairs.map(({ owner }) => owner);
    expect(ownersIn(endpoint.id)).toEqual([endpoint.id]);
    expect(ownersIn(network.id)).toContain(endpoint.id);
    expect(ownersIn('000000000000')).toEqual([]);
    expect(driver.survey([], { owners: new Set([endpoint.id]), shared: false }).repairs).toEqual([]);
    inside.close();
  });

  it('counts traffic of networks and endpoints by their ids', async () => {
    await using bench = open();
    const { inside } = await connected(bench);
    const { endpoints, networks } = bench.driver.traffic();
    expect([...endpoints.keys(), ...networks.keys()]).toEqual([endpoint.id, network.id]);
    inside.close();
  });
}

/** Makes the network with its endpoint, wired; with rtnetlink in the sandbox. */
async function connected({ driver, host, sandbox }: DriverBench) {
  const netns = sandbox();
  await applyPlan(driver.create(network));
  await applyPlan(driver.connect(network, endpoint, netns));
  wire(host, netns);
  return { inside: NetlinkConnection.open({ linux: host.linux, netns: netns.fd }) };
}

/** What a driver tells from now on: the ids of what is not known to be well. */
function watching(driver: Driver) {
  const suspects = new Suspects();
  const failures: unknown[] = [];
  const watch = driver.watch({
    onChanges: (changes: readonly Change[]) => {
      for (const change of changes) suspects.add(change);
    },
    onFailure: (error) => failures.push(error),
  });
  return {
    suspects: () => {
      watch.read();
      expect(failures).toEqual([]);
      return suspects.owners;
    },
    [Symbol.asyncDispose]: () => watch.close(),
  };
}
