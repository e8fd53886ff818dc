import { type Engine, type Network, parsePortSpec, type Step, TeardownError, UndoError } from '@tsnet/core';
import { FaultyDriver } from '@tsnet/core/testing';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, describe, expect, it } from 'vitest';
import { noTraces, subnets, World } from '../world.ts';

const web = ['10.5.0.0/24', 'fd05::/64'];
const ports = ['8080:80', '0:81-90', '7000-7005:7000-7005/udp'];
const byName = (name: string) => ({ kind: 'name', name }) as const;

describeKernel('a failure half-way', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;
  /** The step after which the operation fails, and how often that happened. */
  let broken: string | undefined;
  let seen: string[] = [];

  const open = async () => {
    seen = [];
    broken = undefined;
    world = new World({
      onStep: ({ name }) => {
        seen.push(name);
        if (name === broken) throw new Error(`${name} broke`);
      },
    });
    return world;
  };

  afterEach(() => world.close());

  it('of creating a network is undone, whichever step it is', async () => {
    await open();
    await world.network('web', web);
    const steps = [...seen];
    expect(steps).toEqual([
      'open-firewall',
      'open-iptables',
      'enable-forwarding',
      'create-bridge',
      'record-network',
    ]);
    await world.engine.deleteNetwork('web');
    for (const step of steps) {
      broken = step;
      await expect(world.network('web', web)).rejects.toThrow(`${step} broke`);
      expect(await world.traces()).toEqual(noTraces);
    }
    broken = undefined;
    await world.network('web', web);
  });

  describe('of creating a network', () => {
    const forwarding = () =>
      ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'].map((name) =>
        Number(world.host.run('sysctl', '-n', name)),
      );
    const openFaulty = () => {
      const faulty: FaultyDriver[] = [];
      world = new World({
        wrap: (inner) => {
          const driver = new FaultyDriver(inner);
          faulty.push(driver);
          return driver;
        },
      });
      world.host.run('sysctl', '-wq', 'net.ipv4.ip_forward=0', 'net.ipv6.conf.all.forwarding=0');
      return faulty[0] ?? Promise.reject(new Error('no driver'));
    };

    it('switches forwarding back, and a success leaves it on', async () => {
      const faulty = await openFaulty();
      faulty.fail('create-bridge');
      await expect(world.network('web', web)).rejects.toThrow('create-bridge');
      expect(forwarding()).toEqual([0, 0]);
      faulty.heal();
      await world.network('web', web);
      await world.engine.deleteNetwork('web');
      expect(forwarding()).toEqual([1, 1]);
    });

    it('leaves the forwarding alone that it did not switch on', async () => {
      const faulty = await openFaulty();
      world.host.run('sysctl', '-wq', 'net.ipv6.conf.all.forwarding=1');
      faulty.fail('create-bridge');
      await expect(world.network('web', web)).rejects.toThrow('create-bridge');
      expect(forwarding()).toEqual([0, 1]);
    });

    it('leaves the forwarding on that another network has come to need', async () => {
      const neighborComes: Step = {
        name: 'neighbor-comes',
        subject: 'other',
        apply: async () => {
          await world.network('other', ['10.6.0.0/24', 'fd06::/64']);
          throw new Error('the rest broke');
        },
      };
      world = new World({
        wrap: (inner) =>
          Object.assign(new FaultyDriver(inner), {
            create: (network: Network) => [
              ...inner.create(network),
              ...(network.name === 'web' ? [neighborComes] : []),
            ],
          }),
      });
      world.host.run('sysctl', '-wq', 'net.ipv4.ip_forward=0', 'net.ipv6.conf.all.forwarding=0');
      await expect(world.network('web', web)).rejects.toThrow('the rest broke');
      expect((await world.traces()).links).toEqual(['other']);
      expect(forwarding()).toEqual([1, 1]);
    });
  });

  it('that cannot be ended keeps nothing else from being repaired, and is told once', async () => {
    const faulty: FaultyDriver[] = [];
    world = new World({
      wrap: (inner) => {
        const driver = new FaultyDriver(inner);
        faulty.push(driver);
        return driver;
      },
    });
    await world.network('web', web);
    await world.network('db', ['10.6.0.0/24']);
    const { id, hostIfName, ports: published } = await world.connect('web', 'a', ['8080:80']);
    faulty[0]?.fail('unpublish-ports');
    await expect(world.engine.unpublish(id, published)).rejects.toThrow('unpublish-ports');
    world.host.ip(`link set ${hostIfName} nomaster`, 'link set db down');
    const outcomes = await world.engine.reconcile();
    expect(outcomes.map(({ subject, failure }) => [subject, failure === undefined])).toEqual([
      [`endpoint ${id}`, false],
      ['bridge db', true],
    ]);
    faulty[0]?.heal();
    await world.engine.reconcile();
    expect(await world.engine.survey()).toEqual([]);
  });

  it('of connecting a sandbox is undone, whichever step it is', async () => {
    await open();
    await world.network('web', web);
    const before = await world.traces();
    seen = [];
    await world.connect('web', 'a', ports);
    const steps = [...seen];
    expect(steps).toEqual(['create-veth', 'wire-sandbox', 'announce', 'publish-ports', 'record-endpoint']);
    await world.engine.disconnectSandbox('web', byName('a'));
    for (const step of steps) {
      broken = step;
      await expect(world.connect('web', 'a', ports)).rejects.toThrow(`${step} broke`);
      expect((await world.traces()).links).toEqual(before.links);
      expect((await world.traces()).rules).toEqual(before.rules);
      expect(await world.records()).toEqual(before.records);
    }
    broken = undefined;
    const { ifName, addresses } = await world.connect('web', 'a', ports);
    expect(ifName).toBe('eth0');
    expect(addresses).toHaveLength(2);
  });

  it('of which nothing can be undone is told with all failures of the undo, whichever step it is', async () => {
    let faulty: FaultyDriver | undefined;
    world = new World({
      onStep: ({ name }) => {
        if (name === broken) throw new Error(`${name} broke`);
      },
      wrap: (inner) => {
        faulty = new FaultyDriver(inner);
        return faulty;
      },
    });
    world.sandbox('a');
    const { engine } = world;
    const spec = { network: 'web', sandbox: byName('a'), ports: ports.map(parsePortSpec) };
    const operations: readonly ((on: Engine) => Promise<unknown>)[] = [
      (on: Engine) => on.createNetwork({ name: 'web', subnets: subnets(...web) }),
      (on: Engine) => on.connect(spec),
    ];
    for (const operation of operations) {
      const before = await world.traces();
      const { steps } = await engine.rehearse(operation);
      const undone = steps.filter(({ undo }) => undo !== undefined).map(({ name }) => name);
      expect(undone.length).toBeGreaterThan(1);
      for (const [index, { name }] of steps.entries()) {
        faulty?.failToUndo(...undone);
        broken = name;
        const failure: unknown = await operation(engine).catch((error: unknown) => error);
        const done = steps.slice(0, index + 1).map((step) => step.name);
        expect(failure).toBeInstanceOf(UndoError);
        expect(failure).toMatchObject({
          cause: new Error(`${name} broke`),
          errors: undone
            .filter((each) => done.includes(each))
            .reverse()
            .map((each) => new Error(`the undo of ${each} was made to fail`)),
        });
        broken = undefined;
        faulty?.heal();
        await engine.recover();
        expect(await world.traces()).toEqual(before);
      }
      await operation(engine);
    }
  });

  it('of publishing on a live endpoint leaves it as it was', async () => {
    await open();
    await world.network('web', web);
    const { id } = await world.connect('web', 'a', ['8081:81']);
    const before = [await world.traces(), await world.engine.getEndpoint(id)];
    for (const step of ['publish-ports', 'check-endpoint']) {
      broken = step;
      await expect(world.engine.publish(id, ports.map(parsePortSpec))).rejects.toThrow(`${step} broke`);
      expect([await world.traces(), await world.engine.getEndpoint(id)]).toEqual(before);
    }
  });

  it('by the sandbox having a link of that name leaves nothing', async () => {
    await open();
    await world.network('web', web);
    const before = await world.traces();
    world.sandbox('a').ip('link add net0 type veth peer name net1');
    await expect(world.connect('web', 'a', [], { ifName: 'net0' })).rejects.toThrow(
      'it has a link named net0',
    );
    expect(await world.traces()).toEqual(before);
  });

  describe('of a teardown', () => {
    let driver: FaultyDriver | undefined;

    const openFaulty = async () => {
      world = new World({
        wrap: (inner) => {
          driver = new FaultyDriver(inner);
          return driver;
        },
      });
      await world.network('web', web);
      await world.connect('web', 'a', ports);
      return driver ?? Promise.reject(new Error('no driver'));
    };

    it('does not keep the other steps from being carried out, and can be finished', async () => {
      const faulty = await openFaulty();
      faulty.fail('unpublish-ports');
      await expect(world.engine.disconnectSandbox('web', byName('a'))).rejects.toThrow('unpublish-ports');
      expect((await world.traces()).links).toEqual(['web']);
      // The addresses stay leased, because rules still lead to them.
      expect(await world.engine.listEndpoints()).toMatchObject([{ state: 'deleting' }]);
      await expect(world.engine.deleteNetwork('web')).rejects.toThrow('endpoints');
      faulty.heal();
      await world.engine.disconnectSandbox('web', byName('a'), { force: true });
      await world.engine.deleteNetwork('web');
      expect(await world.traces()).toEqual(noTraces);
    });

    it('is told together with all others', async () => {
      const faulty = await openFaulty();
      faulty.fail('unpublish-ports', 'delete-veth');
      const failure = await world.engine
        .disconnectSandbox('web', byName('a'))
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TeardownError);
      expect(String(failure)).toMatch(/unpublish-ports.*delete-veth/);
      await world.connect('web', 'b');
      await expect(world.engine.deleteNetwork('web', { force: true })).rejects.toThrow('delete-veth');
      faulty.heal();
      await world.engine.deleteNetwork('web', { force: true });
      expect(await world.traces()).toEqual(noTraces);
    });

    it('keeps what could not be undone on record, for a forced deletion', async () => {
      const faulty = await openFaulty();
      faulty.fail('publish-ports');
      faulty.failToUndo('create-veth');
      await expect(world.connect('web', 'b', ['8081:80'])).rejects.toThrow(UndoError);
      const left = (await world.engine.listEndpoints()).find(({ sandbox }) => sandbox.ref === 'b');
      expect(left?.state).toBe('creating');
      expect((await world.traces()).links).toContain(left?.hostIfName);
      faulty.heal();
      await world.engine.disconnect(left?.id ?? '', { force: true });
      expect((await world.traces()).links).not.toContain(left?.hostIfName);
    });
  });
});
