import { once } from 'node:events';
import { mkdtempSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Endpoint } from '@tsnet/core';
import { SqliteStore } from '@tsnet/ipam';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { GuardedWorld } from '../guarded.ts';
import { reportOf } from '../machine.ts';

/** A host, and the endpoint that is damaged. */
interface Scene {
  readonly world: GuardedWorld;
  readonly endpoint: Endpoint;
}

/** What other programs do, and what is found then. */
const damages: readonly (readonly [string, (scene: Scene) => void, unknown])[] = [
  [
    'a link is deleted',
    ({ world, endpoint }) => world.host.ip(`link del ${endpoint.hostIfName}`),
    'its link is gone',
  ],
  ['a link is down', ({ world, endpoint }) => world.host.ip(`link set ${endpoint.hostIfName} down`), 'down'],
  [
    'a link is taken off the bridge',
    ({ world, endpoint }) => world.host.ip(`link set ${endpoint.hostIfName} nomaster`),
    'not in bridge web',
  ],
  ['the bridge is down', ({ world }) => world.host.ip('link set web down'), expect.stringMatching('down')],
  ['the bridge is deleted', ({ world }) => world.host.ip('link del web'), 'missing'],
  ['the bridge is renamed', ({ world }) => world.host.ip('link set web name other'), 'renamed to other'],
  [
    'an address of the bridge is deleted',
    ({ world }) => world.host.ip('addr del 10.5.0.1/24 dev web'),
    'lacks 10.5.0.1/24',
  ],
  [
    "the sandbox's address is deleted",
    ({ world }) => world.sandbox('a').ip('addr del 10.5.0.2/24 dev eth0'),
    expect.stringMatching('lacks 10.5.0.2/24'),
  ],
  [
    "the sandbox's route is deleted",
    ({ world }) => world.sandbox('a').ip('route del default'),
    'lacks the route by 10.5.0.1',
  ],
  [
    "the sandbox's link is down",
    ({ world }) => world.sandbox('a').ip('link set eth0 down'),
    expect.stringMatching('^down'),
  ],
  [
    'a port is removed',
    ({ world }) => world.host.run('nft', 'delete', 'element', 'inet', 'tsnet', 'ports4', '{ tcp . 8080 }'),
    expect.stringMatching('lacks ports'),
  ],
  [
    'the table is flushed',
    ({ world }) => world.host.run('nft', 'flush', 'table', 'inet', 'tsnet'),
    'missing or incomplete',
  ],
  [
    'the table is deleted',
    ({ world }) => world.host.run('nft', 'delete', 'table', 'inet', 'tsnet'),
    'missing or incomplete',
  ],
];

async function openScene(): Promise<Scene> {
  const world = new GuardedWorld();
  await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
  await world.network('db', ['10.6.0.0/24']);
  const endpoint = await world.connect('web', 'a', ['8080:80']);
  await world.connect('web', 'b');
  await world.connect('db', 'c');
  await world.connect('db', 'd');
  await world.engine.settled();
  return { world, endpoint };
}

function openFiles(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)].filter((target) => /socket:|eventfd/.test(target));
    } catch {
      return [];
    }
  });
}

describeKernel('a guard', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  it('repairs every kind of damage within a second, at the cost of no packet elsewhere', async () => {
    const scene = await openScene();
    await using world = scene.world;
    await world.guard({ repairs: true });
    expect(world.found).toEqual([]);
    const [d] = (await world.engine.listEndpoints('db')).filter(({ sandbox }) => sandbox.ref === 'd');
    const ping = world.sandbox('c').start('pinger.ts', `${d?.addresses[0]?.prefix.address}`);
    const times: string[] = [];
    for (const [name, damage, problem] of damages) {
      world.forgetAll();
      const time = await world.timeToRepair(
        () => damage(scene),
        () => world.repaired.length > 0,
      );
      times.push(`${time.toFixed(0).padStart(5)}  ${name}, ${world.surveys.length} looks`);
      await expect.poll(() => world.engine.survey(), { timeout: 5000 }).toEqual([]);
      expect(world.found.map((finding) => finding.problem)).toContainEqual(problem);
      expect(world.repaired.map((outcome) => outcome.problem)).toContainEqual(problem);
      expect(world.repaired.filter(({ failure }) => failure !== undefined)).toEqual([]);
      expect(time).toBeLessThan(1000);
    }
    expect(world.failures).toEqual([]);
    const pings = await reportOf(ping);
    expect(pings.sent).toBeGreaterThan(20);
    expect(pings.received).toBe(pings.sent);
    expect(await world.sandbox('b').ping('10.5.0.2')).toBe(true);
    process.stdout.write(`milliseconds until it is repaired:\n${times.join('\n')}\n`);
  });

  it('finds what the kernel tells nobody of when it looks at everything, as it does when messages were lost', async () => {
    const { world } = await openScene();
    await using _ = world;
    await world.guard({ repairs: true });
    world.forgetAll();
    world.host.run('sysctl', '-wq', 'net.ipv4.conf.web.route_localnet=0');
    world.host.run('sysctl', '-wq', 'net.ipv6.conf.db.disable_ipv6=0');
    await setTimeout(100);
    expect(world.surveys).toEqual([]);
    world.loseMessages();
    const problems = () => world.repaired.map(({ problem }) => problem).toSorted();
    await expect
      .poll(problems, { timeout: 5000 })
      .toEqual(['set otherwise: ipv4/conf/web/route_localnet', 'set otherwise: ipv6/conf/db/disable_ipv6']);
    expect(await world.engine.survey()).toEqual([]);
  });

  it('gives up an endpoint whose sandbox is gone', async () => {
    const { world } = await openScene();
    await using _ = world;
    await world.guard({ repairs: true });
    await world.sandbox('b').close();
    world.forget('b');
    const sandboxes = async () => (await world.engine.listEndpoints()).map(({ sandbox }) => sandbox.ref);
    await expect.poll(sandboxes, { timeout: 5000 }).toEqual(['a', 'c', 'd']);
    expect(world.found.map(({ problem }) => problem)).toEqual(['its sandbox is gone']);
  });

  it('that does not repair says what is wrong once, and leaves it', async () => {
    const scene = await openScene();
    await using world = scene.world;
    await world.guard({ repairs: false });
    const { hostIfName } = scene.endpoint;
    world.host.ip(`link set ${hostIfName} down`);
    world.host.run('nft', 'delete', 'table', 'inet', 'tsnet');
    const problems = () => world.found.map(({ problem }) => problem).toSorted();
    await expect.poll(problems, { timeout: 2000 }).toEqual(['down', 'missing or incomplete']);
    world.host.ip(`link set ${hostIfName} up`, `link set ${hostIfName} down`);
    await setTimeout(200);
    expect(problems().filter((problem) => problem === 'down')).toHaveLength(1);
    expect(world.host.json('ip', '-j', 'link', 'show', hostIfName)[0].flags).not.toContain('UP');
    expect(world.repaired).toEqual([]);
    expect(world.failures).toEqual([]);
  });

  it('looks at nothing while 200 endpoints come and go', async () => {
    await using world = new GuardedWorld();
    await world.network('web', ['10.5.0.0/16']);
    for (let index = 0; index < 20; index++) world.sandbox(`s${index}`);
    await world.guard({ repairs: true });
    world.forgetAll();
    const churn = async (index: number) => {
      for (let round = 0; round < 10; round++) {
        const { id } = await world.connect('web', `s${index}`, [`${8000 + index}:80`]);
        await world.engine.disconnect(id);
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => churn(index)));
    await world.engine.settled();
    await setTimeout(100);
    expect(world.surveys).toEqual([]);
    expect([world.found, world.repaired, world.failures]).toEqual([[], [], []]);
  });

  it('leaves alone what other processes are at on the same host, and what bears no mark', async () => {
    const state = join(mkdtempSync('/run/tsnet-state-'), 'state.db');
    await using world = new GuardedWorld({ store: await SqliteStore.open(state) });
    await world.network('web', ['10.5.0.0/24']);
    await world.connect('web', 'a');
    await world.guard({ repairs: true });
    world.host.run('nft', 'add table inet mine');
    const churners = [1, 2].map(() => world.host.start('churner.ts', state, world.runDirectory));
    await Promise.all(churners.map((child) => once(child.stdout ?? child, 'data')));
    world.forgetAll();
    world.host.ip('link add mine0 type bridge', 'link set mine0 up', 'link set mine0 down', 'link del mine0');
    world.host.run('nft', 'flush table inet mine');
    await setTimeout(1500);
    expect([world.found, world.repaired, world.failures]).toEqual([[], [], []]);
    expect(churners.map(({ exitCode }) => exitCode)).toEqual([null, null]);
    expect(world.surveys.length).toBeLessThan(60);
    await Promise.all(
      churners.map((child) => {
        child.kill('SIGKILL');
        return once(child, 'exit');
      }),
    );
  });

  it('repairs what is broken again and again now and then, says so once, and at last for good', async () => {
    const scene = await openScene();
    await using world = scene.world;
    await world.guard({ repairs: true });
    world.forgetAll();
    const { hostIfName, id } = scene.endpoint;
    const isUp = () => world.host.json('ip', '-j', 'link', 'show', hostIfName)[0].flags.includes('UP');
    for (let count = 0; count < 50; count++) {
      world.host.ip(`link set ${hostIfName} down`);
      await setTimeout(10);
    }
    await expect.poll(isUp, { timeout: 5000 }).toBe(true);
    // Each repair is a look that finds it, one that repairs it, and one that finds nothing more.
    expect(world.surveys.length).toBeLessThanOrEqual(3 * 11);
    expect(world.failures).toMatchObject([{ code: 'CORE_DAMAGE_RECURS', subject: id }]);
  });

  it('leaves neither a thread nor a descriptor behind when it is closed, and looks no more', async () => {
    const scene = await openScene();
    await using world = scene.world;
    await world.engine.survey();
    const before = openFiles();
    for (let round = 0; round < 5; round++) {
      await world.guard({ repairs: true });
      await world.unguard();
      await world.unguard();
    }
    expect(openFiles()).toEqual(before);
    world.forgetAll();
    world.host.ip(`link set ${scene.endpoint.hostIfName} down`);
    await setTimeout(100);
    expect(world.surveys).toEqual([]);
  });

  it('ends with its engine', async () => {
    const { world } = await openScene();
    const watching = () => openFiles().filter((file) => file.includes('eventfd')).length;
    const before = watching();
    await world.guard({ repairs: true });
    expect(watching()).toBe(before + 1);
    await world.close();
    expect(watching()).toBe(before);
  });
});

describeKernel('traffic', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  it('is counted as the sandboxes see it, those of a network together', async () => {
    const scene = await openScene();
    const { endpoint } = scene;
    await using world = scene.world;
    await world.sandbox('a').ping('10.5.0.1');
    // What the kernels of both sides say on their own may come between two readings.
    await expect.poll(() => difference(scene)).toEqual([0n, 0n, 0n, 0n, 0n, 0n]);
    const { endpoints, networks } = await world.engine.traffic();
    expect(endpoints.get(endpoint.id)?.sentPackets).toBeGreaterThan(0n);
    expect(networks.get(endpoint.networkId)?.sentBytes).toBeGreaterThan(84n);
    expect([endpoints.size, networks.size]).toEqual([4, 2]);
  });
});

/** How far apart the engine's counters and those of `ip` are, at the sandbox's end and the bridge. */
async function difference({ world, endpoint }: Scene): Promise<readonly bigint[]> {
  const { endpoints, networks } = await world.engine.traffic();
  const [inside] = world.sandbox('a').json('ip', '-j', '-s', 'link', 'show', 'eth0');
  const [bridge] = world.host.json('ip', '-j', '-s', 'link', 'show', 'web');
  const ofEndpoint = endpoints.get(endpoint.id);
  const ofNetwork = networks.get(endpoint.networkId);
  const pairs = [
    [inside.stats64.rx.bytes, ofEndpoint?.receivedBytes],
    [inside.stats64.rx.packets, ofEndpoint?.receivedPackets],
    [inside.stats64.tx.bytes, ofEndpoint?.sentBytes],
    [inside.stats64.tx.packets, ofEndpoint?.sentPackets],
    [bridge.stats64.tx.bytes, ofNetwork?.receivedBytes],
    [bridge.stats64.rx.bytes, ofNetwork?.sentBytes],
  ];
  return pairs.map(([witness, counted]) => BigInt(witness) - (counted ?? -1n));
}
