import { once } from 'node:events';
import type { Endpoint, Network } from '@tsnet/core';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reportOf } from '../machine.ts';
import { addresses, ips, World } from '../world.ts';

/** What is damaged: the host, by programs that are not tsnet's. */
interface Scene {
  readonly world: World;
  readonly network: Network;
  readonly endpoint: Endpoint;
}

/** What happens, and some of the problems that are found then. */
const damages: readonly (readonly [string, (scene: Scene) => void, readonly unknown[]])[] = [
  ['the bridge is deleted', ({ world }) => world.host.ip('link del web'), ['missing', 'not in bridge web']],
  [
    "the bridge's addresses are removed",
    ({ world }) => world.host.ip('addr flush dev web scope global'),
    ['lacks 10.5.0.1/24, fd05::1/64'],
  ],
  ['the bridge is renamed', ({ world }) => world.host.ip('link set web name other'), ['renamed to other']],
  ['the bridge is down', ({ world }) => world.host.ip('link set web down'), ['down', 'lacks fd05::1/64']],
  [
    'a link is taken from the bridge',
    ({ world, endpoint }) => world.host.ip(`link set ${endpoint.hostIfName} nomaster`),
    ['not in bridge web'],
  ],
  [
    'a link is renamed',
    ({ world, endpoint }) =>
      world.host.ip(
        `link set ${endpoint.hostIfName} down`,
        `link set ${endpoint.hostIfName} name foo0`,
        'link set foo0 up',
      ),
    ['renamed to foo0'],
  ],
  [
    "the sandbox's link is moved away",
    ({ world }) => world.sandbox('a').ip(`link set eth0 netns ${process.pid}`),
    ['not in the sandbox any more'],
  ],
  [
    'a link is deleted',
    ({ world, endpoint }) => world.host.ip(`link del ${endpoint.hostIfName}`),
    ['its link is gone'],
  ],
  [
    "the sandbox's addresses are removed",
    ({ world }) => world.sandbox('a').ip('addr flush dev eth0 scope global'),
    [expect.stringMatching(/^lacks 10.5.0.2\/24, lacks fd05::2\/64, lacks the route by 10.5.0.1/)],
  ],
  [
    "the sandbox's link is down",
    ({ world }) => world.sandbox('a').ip('link set eth0 down'),
    [expect.stringMatching(/^down, lacks /)],
  ],
  [
    'the ruleset is flushed',
    ({ world }) => world.host.run('nft', 'flush', 'ruleset'),
    ['missing or incomplete'],
  ],
  [
    'the table is deleted',
    ({ world }) => world.host.run('nft', 'delete', 'table', 'inet', 'tsnet'),
    ['missing or incomplete'],
  ],
  [
    'a chain is flushed',
    ({ world }) => world.host.run('nft', 'flush', 'chain', 'inet', 'tsnet', 'to_port'),
    ['missing or incomplete'],
  ],
  [
    'a port is removed',
    ({ world }) => world.host.run('nft', 'delete', 'element', 'inet', 'tsnet', 'ports4', '{ tcp . 8080 }'),
    [expect.stringMatching(/^lacks ports of endpoint/)],
  ],
  [
    'a port leads elsewhere',
    ({ world }) => {
      world.host.run('nft', 'delete', 'element', 'inet', 'tsnet', 'ports4', '{ tcp . 8080 }');
      world.host.run('nft', 'add', 'element', 'inet', 'tsnet', 'ports4', '{ tcp . 8080 : 10.5.0.99 . 80 }');
    },
    [expect.stringMatching(/^lacks ports/), expect.stringMatching(/^holds an element in ports4/)],
  ],
  [
    'forwarding is off',
    ({ world }) => world.host.run('sysctl', '-wq', 'net.ipv4.ip_forward=0', 'net.ipv6.conf.all.forwarding=0'),
    ['off'],
  ],
  [
    'a setting of the bridge is changed',
    ({ world }) => world.host.run('sysctl', '-wq', 'net.ipv4.conf.web.route_localnet=0'),
    ['set otherwise: ipv4/conf/web/route_localnet'],
  ],
];

function tableOf(times: ReadonlyMap<string, readonly number[]>): string {
  return [...times]
    .map(([name, each]) => `${each.map((time) => `${time}`.padStart(5)).join('')}  ${name}`)
    .join('\n');
}

describeKernel('damage', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let scene: Scene;

  beforeEach(async () => {
    const world = new World();
    const network = await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    await world.network('db', ['10.6.0.0/24']);
    const endpoint = await world.connect('web', 'a', ['8080:80', '7000-7009:7000-7009/udp']);
    await world.connect('web', 'b');
    await world.connect('db', 'c', ['127.0.0.1:8082:80']);
    await world.sandbox('a').serve('a', 'tcp:80');
    scene = { world, network, endpoint };
  });

  afterEach(() => scene.world.close());

  /** Whether everything works that the networks are for. */
  const works = async () => {
    const { world } = scene;
    const questions = [addresses.host.ipv4, addresses.host.ipv6].map(
      (address) => ({ protocol: 'tcp', address, port: 8080 }) as const,
    );
    const answers = await world.outside.ask(...questions);
    return [
      ...answers.map((answer) => answer.startsWith('a:80 ')),
      await world.sandbox('b').ping('10.5.0.2'),
      await world.sandbox('b').ping('fd05::2'),
      await world.sandbox('a').ping(addresses.far.ipv4),
      await world.sandbox('a').ping(addresses.far.ipv6),
      !(await world.sandbox('c').ping('10.5.0.2', 200)),
    ];
  };
  const everything = Array.from({ length: 7 }, () => true);

  it('is not found where there is none, nor is anything changed', async () => {
    const { world } = scene;
    const before = world.host.run('nft', '-j', 'list', 'ruleset');
    expect(await world.engine.survey()).toEqual([]);
    expect(await world.engine.reconcile()).toEqual([]);
    expect(world.host.run('nft', '-j', 'list', 'ruleset')).toBe(before);
    expect(await works()).toEqual(everything);
  });

  it.for(damages)('is found and repaired when %s', async ([, damage, problems]) => {
    const { world } = scene;
    const records = await world.records();
    damage(scene);
    const found = await world.engine.survey();
    expect(found.map(({ problem }) => problem)).toEqual(expect.arrayContaining([...problems]));
    const repaired = await world.engine.reconcile();
    expect(repaired.filter(({ failure }) => failure !== undefined)).toEqual([]);
    expect(repaired.map(({ problem }) => problem)).toEqual(expect.arrayContaining([...problems]));
    expect(await world.engine.survey()).toEqual([]);
    expect(await works()).toEqual(everything);
    expect(await world.records()).toEqual(records);
  });

  it('by a link that was renamed keeps nothing of an endpoint that is disconnected', async () => {
    const { world, endpoint } = scene;
    world.host.ip(
      `link set ${endpoint.hostIfName} down`,
      `link set ${endpoint.hostIfName} name foo0`,
      'link set foo0 up',
    );
    await world.engine.disconnect(endpoint.id);
    expect((await world.traces()).links).not.toContain('foo0');
    expect(
      world
        .sandbox('a')
        .json('ip', '-j', 'link')
        .map(({ ifname }: { ifname: string }) => ifname),
    ).toEqual(['lo']);
    expect(await world.engine.survey()).toEqual([]);
  });

  it('by a bridge that was renamed keeps nothing of a network that is deleted', async () => {
    const { world } = scene;
    world.host.ip('link set web down', 'link set web name wx', 'link set wx up');
    await world.engine.deleteNetwork('web', { force: true });
    expect((await world.traces()).links).not.toContain('wx');
    expect(await world.engine.survey()).toEqual([]);
  });

  it('by another link that has the name of a bridge is told as that, and put right when it has gone', async () => {
    const { world } = scene;
    world.host.ip('link del web', 'link add web type bridge');
    world.host.run('nft', 'flush', 'ruleset');
    const outcomes = await world.engine.reconcile();
    // What goes well at the first look brings on a second one, at which the rest fails again.
    const told = outcomes.map(({ subject, problem }) => `${subject}: ${problem}`);
    expect(told).toEqual([...new Set(told)]);
    const [first] = outcomes.filter(({ failure }) => failure !== undefined);
    expect(first).toMatchObject({
      problem: 'missing, and another link has its name',
      failure: { code: 'BRIDGE_FOREIGN_LINK', hint: 'Rename or delete that link, then try again.' },
    });
    world.host.ip('link del web');
    await world.engine.reconcile();
    expect(await world.engine.survey()).toEqual([]);
    expect(await works()).toEqual(everything);
  });

  it.each([
    ['with its addresses and ports', []],
    [
      'with what is left of them',
      [['nft', 'delete', 'element', 'inet', 'tsnet', 'ports4', '{ tcp . 8080 }']],
    ],
  ])('by a namespace that is gone gives the endpoint up, %s', async (_, damages) => {
    const { world, endpoint } = scene;
    for (const [command = '', ...args] of damages) world.host.run(command, ...args);
    await world.sandbox('a').close();
    world.forget('a');
    await expect
      .poll(async () => (await world.engine.survey()).map(({ problem }) => problem), { timeout: 5000 })
      .toEqual(['its sandbox is gone']);
    await world.engine.reconcile();
    expect(await world.engine.survey()).toEqual([]);
    expect((await world.engine.listEndpoints()).map(({ id }) => id)).not.toContain(endpoint.id);
    const next = await world.connect('web', 'next', ['8080:80'], { addresses: ips('10.5.0.2', 'fd05::2') });
    expect(next.ports).toHaveLength(1);
  });

  it('is what bears the mark and nobody wants, which goes; what bears none stays', async () => {
    const { world } = scene;
    world.host.ip(
      'link add stray0 type veth peer name stray1',
      'link add mine type bridge',
      'link set dev stray0 alias "tsnet endpoint 0123456789ab"',
      'link set dev mine alias "tsnet is not my maker"',
    );
    world.host.run('nft', 'add', 'table', 'inet', 'mine');
    const strangers = ['ports4 { tcp . 9999 : 10.5.0.9 . 80 }', 'bridges { "gone" }'];
    for (const each of strangers) world.host.run('nft', `add element inet tsnet ${each}`);
    expect(await world.engine.reconcile()).toHaveLength(3);
    const { links, rules } = await world.traces();
    expect(links).not.toContain('stray0');
    expect(links).toContain('mine');
    expect(JSON.stringify(rules)).not.toContain('9999');
    expect(JSON.stringify(rules)).toContain('"name":"mine"');
    expect(await works()).toEqual(everything);
  });

  it('once repaired brings back nothing that was deleted', async () => {
    const { world, endpoint } = scene;
    await world.engine.unpublish(endpoint.id, endpoint.ports.slice(1));
    await world.engine.deleteNetwork('db', { force: true });
    world.host.run('nft', 'flush', 'ruleset');
    world.host.ip('link del web');
    await world.engine.reconcile();
    const { links, rules } = await world.traces();
    expect(links).toContain('web');
    expect(links).not.toContain('db');
    const text = JSON.stringify(rules);
    expect(text).toContain('8080');
    for (const deleted of ['"db"', '7000', '8082', '10.6.0']) expect(text).not.toContain(deleted);
  });

  it('elsewhere costs those that are not damaged no packet, and is repaired in less than a second', async () => {
    const { world } = scene;
    await world.connect('db', 'd');
    const echoer = world.sandbox('d').start('echoer.ts', '90');
    await once(echoer.stdout ?? echoer, 'data');
    const [d] = (await world.engine.listEndpoints('db')).filter(({ sandbox }) => sandbox.ref === 'd');
    // Over the bridge to another sandbox, and to the host.
    const stream = world.sandbox('c').start('streamer.ts', `${d?.addresses[0]?.prefix.address}`, '90');
    const ping = world.sandbox('c').start('pinger.ts', '10.6.0.1');
    const times = new Map(damages.map(([name]) => [name, [] as number[]]));
    for (const [name, damage] of [...damages, ...damages, ...damages]) {
      damage(scene);
      const start = performance.now();
      await world.engine.reconcile();
      times.get(name)?.push(Math.round(performance.now() - start));
    }
    expect(await world.engine.survey()).toEqual([]);
    const pings = await reportOf(ping);
    expect(pings.sent).toBeGreaterThan(50);
    expect(pings.received).toBe(pings.sent);
    const segments = await reportOf(stream);
    expect(segments.sent).toBeGreaterThan(100);
    expect(segments).toMatchObject({ received: segments.sent, again: 0 });
    process.stdout.write(`milliseconds to repair, three times each:\n${tableOf(times)}\n`);
    expect(Math.max(...[...times.values()].flat())).toBeLessThan(1000);
  });
});
