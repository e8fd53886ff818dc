import { MacAddress } from '@tsnet/inet';
import { findLink, getLink, listNeighbors, NetlinkConnection, setNeighbor } from '@tsnet/netlink';
import { describe, expect, it } from 'vitest';
import { applyPlan } from '../plan.ts';
import {
  endpoint,
  failingAfter,
  hasEndpoint,
  hasNetwork,
  network,
  type OpenBench,
  wire,
} from './driver-fixtures.ts';
import { findingsOf, itFindsWhatIsWrong } from './survey-contract.ts';
import { itWatches } from './watch-contract.ts';

/**
 * Defines the tests of the driver contract, for kernel tests.
 *
 * @param name - names the driver in the titles.
 * @param open - opens a new host with a driver for each test; the suite closes it.
 */
export function driverContract(name: string, open: OpenBench): void {
  describe(`${name}: driver contract`, () => {
    itMakesNetworks(open);
    itJoinsEndpoints(open);
    itPublishesPorts(open);
    itFindsWhatIsWrong(open);
    itWatches(open);
  });
}

function itMakesNetworks(open: OpenBench): void {
  it('changes nothing by making plans', async () => {
    await using bench = open();
    const { driver, host } = bench;
    const sandbox = bench.sandbox();
    driver.create(network);
    driver.connect(network, endpoint, sandbox);
    driver.announce(network, endpoint, sandbox, () => undefined);
    driver.publish(network, endpoint, endpoint.ports);
    expect([hasNetwork(host), hasEndpoint(host, sandbox)]).toEqual([false, false]);
  });

  it('creates a network that it finds nothing wrong with, and deletes it', async () => {
    await using bench = open();
    const { driver, host } = bench;
    await applyPlan(driver.create(network));
    expect(hasNetwork(host)).toBe(true);
    expect(findingsOf(driver)).toEqual([]);
    await applyPlan(driver.delete(network));
    expect(hasNetwork(host)).toBe(false);
    expect(findingsOf(driver)).not.toEqual([]);
  });

  it('refuses to create a network twice, and leaves the first one whole', async () => {
    await using bench = open();
    const { driver } = bench;
    await applyPlan(driver.create(network));
    await expect(applyPlan(driver.create(network))).rejects.toThrow();
    expect(findingsOf(driver)).toEqual([]);
  });

  it('undoes the creation of a network, from whichever step', async () => {
    await using bench = open();
    const { driver, host } = bench;
    for (let count = 1; count <= driver.create(network).length; count++) {
      await expect(applyPlan(failingAfter(count, driver.create(network)))).rejects.toThrow('on purpose');
      expect(hasNetwork(host)).toBe(false);
    }
    await applyPlan(driver.create(network));
  });

  it('deletes a network that is not there', async () => {
    await using bench = open();
    await applyPlan(bench.driver.delete(network));
    await applyPlan(bench.driver.create(network));
    await applyPlan(bench.driver.delete(network));
    await applyPlan(bench.driver.delete(network));
  });
}

function itJoinsEndpoints(open: OpenBench): void {
  it('gives a sandbox its link, by its name and MAC address, and takes it away', async () => {
    await using bench = open();
    const { driver, host } = bench;
    const sandbox = bench.sandbox();
    await applyPlan(driver.create(network));
    await applyPlan(driver.connect(network, endpoint, sandbox));
    using inside = NetlinkConnection.open({ linux: host.linux, netns: sandbox.fd });
    expect(findLink(inside, endpoint.ifName)?.mac).toEqual(endpoint.mac);
    await applyPlan(driver.disconnect(network, endpoint));
    expect(hasEndpoint(host, sandbox)).toBe(false);
  });

  it('announces an endpoint, of which the host itself then knows nothing older, and none that is gone', async () => {
    await using bench = open();
    const { driver, host } = bench;
    const told: Promise<void>[] = [];
    const sandbox = bench.sandbox();
    const announce = () => applyPlan(driver.announce(network, endpoint, sandbox, (work) => told.push(work)));
    await applyPlan(driver.create(network));
    await applyPlan(driver.connect(network, endpoint, sandbox));
    wire(host, sandbox);
    const { ifIndex } = getLink(host.netlink, network.ifName);
    const own = endpoint.addresses.map(({ prefix }) => prefix.address);
    const known = () =>
      listNeighbors(host.netlink).filter(({ address }) => own.some((each) => address?.equals(each)));
    const stranger = MacAddress.parse('02:00:00:00:00:99');
    host.netlink.send(...own.map((address) => setNeighbor(ifIndex, address, stranger)));
    expect(known()).toHaveLength(2);
    await announce();
    expect(known()).toEqual([]);
    expect(told).not.toEqual([]);
    await Promise.all(told.splice(0));
    await applyPlan(driver.disconnect(network, endpoint));
    await announce();
    await Promise.all(told);
  });

  it('undoes a connection', async () => {
    await using bench = open();
    const { driver, host } = bench;
    const sandbox = bench.sandbox();
    await applyPlan(driver.create(network));
    for (let count = 1; count <= driver.connect(network, endpoint, sandbox).length; count++) {
      const plan = failingAfter(count, driver.connect(network, endpoint, sandbox));
      await expect(applyPlan(plan)).rejects.toThrow('on purpose');
      expect(hasEndpoint(host, sandbox)).toBe(false);
    }
  });

  it('refuses to connect to a network that is gone', async () => {
    await using bench = open();
    const sandbox = bench.sandbox();
    await expect(applyPlan(bench.driver.connect(network, endpoint, sandbox))).rejects.toThrow();
    expect(hasEndpoint(bench.host, sandbox)).toBe(false);
  });

  it('disconnects what was never connected, twice, and what has lost its sandbox', async () => {
    await using bench = open();
    const { driver } = bench;
    await applyPlan(driver.create(network));
    await applyPlan(driver.disconnect(network, endpoint));
    const sandbox = bench.sandbox();
    await applyPlan([
      ...driver.connect(network, endpoint, sandbox),
      ...driver.publish(network, endpoint, endpoint.ports),
    ]);
    bench.destroy(sandbox);
    await applyPlan(driver.disconnect(network, endpoint));
    await applyPlan(driver.disconnect(network, endpoint));
    await applyPlan(driver.connect(network, endpoint, bench.sandbox()));
  });
}

function itPublishesPorts(open: OpenBench): void {
  it('publishes ports, and unpublishes them once or often', async () => {
    await using bench = open();
    const { driver } = bench;
    const { ports } = endpoint;
    await applyPlan(driver.create(network));
    await applyPlan(driver.connect(network, endpoint, bench.sandbox()));
    for (let round = 0; round < 2; round++) {
      await applyPlan(driver.publish(network, endpoint, ports));
      await expect(applyPlan(driver.publish(network, endpoint, ports))).rejects.toThrow();
      await applyPlan(driver.unpublish(network, endpoint, ports.slice(0, 1)));
      await applyPlan(driver.unpublish(network, endpoint, ports));
      await applyPlan(driver.unpublish(network, endpoint, ports));
    }
  });

  it('undoes publishing', async () => {
    await using bench = open();
    const { driver } = bench;
    const plan = () => driver.publish(network, endpoint, endpoint.ports);
    await applyPlan(driver.create(network));
    await applyPlan(driver.connect(network, endpoint, bench.sandbox()));
    for (let count = 1; count <= plan().length; count++) {
      await expect(applyPlan(failingAfter(count, plan()))).rejects.toThrow('on purpose');
    }
    await applyPlan(plan());
  });
}
