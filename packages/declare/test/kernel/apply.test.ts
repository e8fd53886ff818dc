import { Engine } from '@tsnet/core';
import { storeKey, transact } from '@tsnet/ipam';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { ApplyAbortedError, ApplyError } from '../../src/errors.ts';
import { CableWorld } from '../cable-world.ts';

const shop = `
networks:
  auto:
  web: { subnets: [10.32.0.0/24] }
  db: { subnets: [10.2.0.0/24] }
sandboxes:
  app: { endpoints: { web: { ports: [8080:80, 81] }, db: } }
  store: { endpoints: { db: { addresses: [10.2.0.2] } } }
`;

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('nothing failed');
}

describeKernel('applyDeclaration', { needs: ['netns', 'veth'] }, () => {
  it('takes given prefixes, addresses and ports before it chooses any', async () => {
    await using world = new CableWorld();
    expect(await world.apply(shop)).toHaveLength(8);
    const networks = await world.engine.listNetworks();
    expect(networks.map(({ name, subnets }) => `${name} ${subnets[0]?.prefix}`)).toEqual([
      'auto 10.32.1.0/24',
      'db 10.2.0.0/24',
      'web 10.32.0.0/24',
    ]);
    const { addresses, ifName } = await world.engine.getEndpoint('db/store');
    expect(`${addresses[0]?.prefix} ${ifName}`).toBe('10.2.0.2/24 eth0');
    expect((await world.engine.getEndpoint('web/app')).ifName).toBe('eth0');
    expect((await world.engine.getEndpoint('db/app')).ifName).toBe('eth1');
    expect(await world.diff(shop)).toEqual([]);
    expect(await world.apply(shop)).toEqual([]);
  });

  it('hands ports, addresses and prefixes from what goes to what comes', async () => {
    await using world = new CableWorld();
    await world.apply(shop);
    const moved = `
networks:
  other: { subnets: [10.32.0.0/24] }
  db: { subnets: [10.2.0.0/24] }
sandboxes:
  app: { endpoints: { db: { addresses: [10.2.0.2] } } }
  new: { endpoints: { other: { ports: [8080:80] } } }
`;
    expect(new Set(await world.apply(moved))).toEqual(
      new Set([
        ...['remove network auto', 'remove network web', 'create network other'],
        ...['remove sandbox store', 'create sandbox new'],
        ...['remove endpoint web/app', 'remove endpoint db/store'],
        ...['replace endpoint db/app', 'create endpoint other/new'],
      ]),
    );
    expect(await world.diff(moved)).toEqual([]);
    expect(await world.destroy(moved)).toHaveLength(6);
    expect(await world.records()).toEqual([]);
    expect(world.sandboxes()).toEqual([]);
  });

  it.each([
    ['create-nothing', 3, 3],
    ['create-cable', 3, 0],
    ['open-ports', 3, 0],
  ])(
    'goes on past failures of %s, tells all of them, and does the rest the next time',
    async (step, failed, skipped) => {
      await using world = new CableWorld();
      world.driver.fail(step);
      const error = await failureOf(world.apply(shop));
      if (!(error instanceof ApplyError)) throw error;
      const counts = [error.done, error.failed, error.skipped].map(({ length }) => length);
      expect(counts).toEqual([8 - failed - skipped, failed, skipped]);
      world.driver.heal();
      await world.apply(shop);
      expect(await world.diff(shop)).toEqual([]);
      await world.destroy(shop);
      expect(await world.records()).toEqual([]);
    },
  );

  it('finishes a removal that failed', async () => {
    await using world = new CableWorld();
    await world.apply(shop);
    world.driver.fail('delete-cable', 'close-ports');
    const changed = shop
      .replace('8080:80, 81', '82')
      .replace('db: { addresses', 'db: { mac: "02:00:00:00:00:09", addresses');
    const error = await failureOf(world.apply(changed));
    expect(error).toBeInstanceOf(ApplyError);
    world.driver.heal();
    await world.apply(changed);
    expect(await world.diff(changed)).toEqual([]);
    const { ports } = await world.engine.getEndpoint('web/app');
    expect(ports.map(({ port }) => port)).toEqual([82]);
  });

  it('makes what somebody deleted, and minds neither when it destroys', async () => {
    await using world = new CableWorld();
    await world.apply(shop);
    await world.engine.deleteSandbox('store');
    await world.engine.settled();
    await world.engine.deleteNetwork('auto');
    expect(new Set(await world.apply(shop))).toEqual(
      new Set(['create network auto', 'create sandbox store', 'create endpoint db/store']),
    );
    await world.engine.deleteSandbox('store');
    await world.engine.deleteNetwork('auto');
    await world.destroy(shop);
    expect(await world.records()).toEqual([]);
  });

  it('lets two runs of a project wait for each other', async () => {
    await using world = new CableWorld();
    const { host, store, driver } = world;
    const engine = new Engine({ host, store, drivers: [driver] });
    const both = await Promise.all([world.apply(shop), world.apply(shop, { engine })]);
    expect(both.map(({ length }) => length).sort()).toEqual([0, 8]);
    expect(await world.diff(shop)).toEqual([]);
    await Promise.all([world.destroy(shop), world.apply('', { engine })]);
    await engine.settled();
    expect(await world.records()).toEqual([]);
    expect(world.sandboxes()).toEqual([]);
  });

  it('brings networks back after a reboot, though the plan is empty', async () => {
    await using world = new CableWorld();
    const text = 'networks: { web: }';
    await world.apply(text);
    const { id } = await world.engine.getNetwork('web');
    await transact(world.store, async (tx) => {
      const key = storeKey('network', id);
      const record = JSON.parse(String(await tx.get(key)));
      tx.put(key, JSON.stringify({ ...record, bootId: 'an earlier one' }));
    });
    // As a process begins: an engine looks for a reboot once. What it works with is the world's to close.
    const { host, store, driver } = world;
    const engine = new Engine({ host, store, drivers: [driver] });
    expect(await world.apply(text, { engine })).toEqual([]);
    expect((await engine.getNetwork('web')).bootId).toBe(world.host.bootId);
  });

  it('connects sandboxes of others, and leaves them when they are not named any more', async () => {
    await using world = new CableWorld();
    await world.engine.createSandbox('guest');
    const text = 'networks: { web: }\nsandboxes: { guest: { external: true, endpoints: { web: } } }';
    await world.apply(text);
    expect(await world.apply('')).toHaveLength(2);
    expect(world.sandboxes()).toEqual(['guest']);
  });

  it('stops when it is asked to, and does the rest the next time', async () => {
    await using world = new CableWorld();
    const stop = new AbortController();
    const onProgress = () => stop.abort();
    const error = await failureOf(world.apply(shop, { signal: stop.signal, onProgress, limit: 1 }));
    if (!(error instanceof ApplyAbortedError)) throw error;
    expect(error.done).toHaveLength(1);
    expect(error.message).toMatch(/it was asked to stop, before /);
    await world.apply(shop);
    expect(await world.diff(shop)).toEqual([]);
  });
});
