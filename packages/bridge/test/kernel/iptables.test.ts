import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { SqliteStore } from '@tsnet/ipam';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { IptablesMissingError } from '../../src/errors.ts';
import { addresses, World } from '../world.ts';

type Variant = 'nft' | 'legacy';

const fixtures = join(import.meta.dirname, '../fixtures');
const both = ['10.5.0.0/24', 'fd05::/64'];
const own = [
  '-A TSNET-FORWARD -m devgroup --src-group 0x75000000 -j ACCEPT',
  '-A TSNET-FORWARD -m devgroup --dst-group 0x75000000 -j ACCEPT',
];
/** All that is tsnet's in a family. */
const lines = [':TSNET-FORWARD -', '-A FORWARD -j TSNET-FORWARD', ...own];
const needs = ['netns', 'nftables', 'bridge', 'veth', 'iptables', 'iptables-legacy'] as const;

/** Rule sets of other tools, all of which drop what they do not know. */
const rulesets: readonly (readonly [string, (world: World, variant: Variant) => void])[] = [
  [
    'a policy',
    (world, variant) => {
      for (const program of programsOf(variant)) world.host.run(program, '-P', 'FORWARD', 'DROP');
    },
  ],
  [
    'a rejection at the end',
    (world, variant) => {
      for (const program of programsOf(variant)) {
        const append = (text: string) => world.host.run(program, '-A', 'FORWARD', ...text.split(' '));
        append('-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT');
        append('-i lo -j ACCEPT');
        append('-j REJECT');
      }
    },
  ],
  [
    'the rules of ufw',
    (world, variant) => {
      const [four, six] = programsOf(variant);
      world.host.run('sh', '-ec', `${four}-restore <${fixtures}/ufw.rules`);
      world.host.run('sh', '-ec', `${six}-restore <${fixtures}/ufw6.rules`);
    },
  ],
  [
    'the rules of Docker',
    (world, variant) => {
      for (const program of programsOf(variant)) {
        for (const line of [
          '-P FORWARD DROP',
          '-N DOCKER-USER',
          '-A DOCKER-USER -j RETURN',
          '-N DOCKER',
          '-A FORWARD -j DOCKER-USER',
          '-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
          '-A FORWARD -o docker0 -j DOCKER',
          '-A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
          '-A DOCKER ! -i docker0 -o docker0 -j DROP',
        ]) {
          world.host.run(program, ...line.split(' '));
        }
      }
    },
  ],
];
const [dropping = rulesets[0]] = rulesets;

function programsOf(variant: Variant): readonly [string, string] {
  return [`iptables-${variant}`, `ip6tables-${variant}`];
}

/** What iptables has, without counters. */
function saved(world: World): readonly string[] {
  return (['nft', 'legacy'] as const)
    .flatMap(programsOf)
    .flatMap((program) => world.host.run(`${program}-save`).split('\n'))
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ''));
}

/** The lines that are about tsnet. */
function ownLines(world: World): readonly string[] {
  return saved(world).filter((line) => line.includes('TSNET'));
}

describeKernel('where iptables drops what is forwarded', { needs }, () => {
  let world: World;
  let state: string;

  beforeEach(async () => {
    state = join(mkdtempSync('/run/tsnet-state-'), 'state.db');
    world = new World({ store: await SqliteStore.open(state) });
  });

  afterEach(() => world.close());

  const drop = (variant: Variant) => dropping?.[1](world, variant);

  /** Whether sandboxes get out, are reached by published ports, and by nothing else. */
  const works = async (patience = 5000) => {
    const [fromOutside = '', fromOutside6 = '', ...unpublished] = await world.outside.ask(
      { protocol: 'tcp', address: addresses.host.ipv4, port: 8080, patience },
      { protocol: 'tcp', address: addresses.host.ipv6, port: 8080, patience },
      { protocol: 'tcp', address: '10.5.0.2', port: 80, patience: 300 },
      { protocol: 'tcp', address: 'fd05::2', port: 80, patience: 300 },
    );
    return {
      out: await world.sandbox('a').ping(addresses.far.ipv4),
      out6: await world.sandbox('a').ping(addresses.far.ipv6),
      in: fromOutside.startsWith('a:80 '),
      in6: fromOutside6.startsWith('a:80 '),
      unpublished,
      others: await world.sandbox('c').ping('10.5.0.2', 200),
    };
  };
  const working = {
    ...{ out: true, out6: true, in: true, in6: true },
    unpublished: ['silence', 'silence'],
    others: false,
  };

  const populate = async (options: object = {}) => {
    await world.network('web', both, options);
    await world.network('db', ['10.6.0.0/24', 'fd06::/64'], options);
    await world.connect('web', 'a', ['8080:80']);
    await world.connect('db', 'c');
    world.outside.ip(
      `route add 10.5.0.0/24 via ${addresses.host.ipv4}`,
      `route add fd05::/64 via ${addresses.host.ipv6}`,
    );
    await world.sandbox('a').serve('a', 'tcp:80');
  };

  const clear = async () => {
    for (const name of ['web', 'db']) await world.engine.deleteNetwork(name, { force: true });
  };

  it.each(
    (['nft', 'legacy'] as const).flatMap((variant) =>
      rulesets.map(([what, lay]) => [`iptables-${variant}`, what, variant, lay] as const),
    ),
  )(
    'by %s and %s, networks pass by one chain and one jump, which go with the last of them',
    async (_, what, variant, lay) => {
      lay(world, variant);
      const before = saved(world);
      await populate();
      const after = saved(world);
      expect(after.filter((line) => !line.includes('TSNET'))).toEqual(before);
      expect(ownLines(world)).toEqual([...lines, ...lines]);
      const chain = after.filter((line) => line.startsWith('-A FORWARD'));
      expect(chain.at(what === 'a rejection at the end' ? 0 : -1)).toBe('-A FORWARD -j TSNET-FORWARD');
      expect(await works()).toEqual(working);
      expect(await world.engine.survey()).toEqual([]);
      await world.engine.deleteNetwork('db', { force: true });
      expect(saved(world)).toEqual(after);
      await world.engine.deleteNetwork('web', { force: true });
      expect(saved(world)).toEqual(before);
    },
  );

  it.each(['nft', 'legacy'] as const)(
    'since a moment ago, that is seen and put right: iptables-%s',
    async (variant) => {
      await populate();
      expect([ownLines(world), await works()]).toEqual([[], working]);
      drop(variant);
      const before = saved(world);
      expect(await works(400)).toMatchObject({ out: false, out6: false, in: false, in6: false });
      const suffix = variant === 'legacy' ? '-legacy' : '';
      const problem = 'does not let networks through as it should: db, web';
      expect(await world.engine.survey()).toMatchObject([
        { subject: `chain FORWARD of iptables${suffix}`, problem },
        { subject: `chain FORWARD of ip6tables${suffix}`, problem },
      ]);
      expect((await world.engine.reconcile()).map(({ failure }) => failure)).not.toContainEqual(
        expect.anything(),
      );
      expect(await works()).toEqual(working);
      expect(await world.engine.survey()).toEqual([]);
      await clear();
      expect(saved(world)).toEqual(before);
    },
  );

  it.each([
    ['the jump is gone', '-F FORWARD'],
    ['there is a second jump', '-A FORWARD -j TSNET-FORWARD'],
    ['its chain is empty', '-F TSNET-FORWARD'],
  ])('and what lets networks through is damaged, that is put right: %s', async (_, damage) => {
    drop('nft');
    const before = saved(world);
    await populate();
    const whole = saved(world);
    world.host.run('iptables-nft', ...damage.split(' '));
    const problem = 'does not let networks through as it should: db, web';
    expect(await world.engine.survey()).toMatchObject([{ subject: 'chain FORWARD of iptables', problem }]);
    await world.engine.reconcile();
    expect([saved(world), await works()]).toEqual([whole, working]);
    await clear();
    expect(saved(world)).toEqual(before);
  });

  it.each(rulesets.slice(2))('what rules of others are about stays as they say: %s', async (what, lay) => {
    lay(world, 'nft');
    await populate();
    const from = ['-s', addresses.outside.ipv4, '-j', 'DROP'];
    world.host.run('iptables-nft', '-I', what.includes('ufw') ? 'ufw-user-forward' : 'DOCKER-USER', ...from);
    expect(await works(400)).toEqual({ ...working, in: false });
    expect(await world.engine.survey()).toEqual([]);
  });

  it('a network that a rule keeps out by its name is left out', async () => {
    drop('nft');
    world.host.run('iptables-nft', '-A', 'FORWARD', '-i', 'web', '-j', 'DROP');
    world.host.run('iptables-nft', '-A', 'FORWARD', '-o', 'web', '-j', 'DROP');
    await populate();
    expect(await works(400)).toEqual({ ...working, out: false, in: false });
    expect(await world.sandbox('c').ping(addresses.far.ipv4)).toBe(true);
    expect(await world.engine.survey()).toEqual([]);
  });

  it('and rejects before the jump by now, the jump is put first', async () => {
    drop('nft');
    await populate();
    world.host.run('iptables-nft', '-I', 'FORWARD', '-j', 'REJECT');
    expect(await works(400)).toMatchObject({ out: false, out6: true, in: false, in6: true });
    expect(await world.engine.survey()).toMatchObject([{ subject: 'chain FORWARD of iptables' }]);
    await world.engine.reconcile();
    expect([await works(), await world.engine.survey()]).toEqual([working, []]);
  });

  it('nothing is added for a network of nftables alone, though others are let through', async () => {
    drop('nft');
    const before = saved(world);
    await populate({ firewall: 'nftables' });
    expect(saved(world)).toEqual(before);
    expect(await world.engine.survey()).toEqual([]);
    await world.network('open', ['10.7.0.0/24']);
    expect(saved(world)).not.toEqual(before);
    await world.connect('open', 'd');
    expect(await world.sandbox('d').ping(addresses.far.ipv4)).toBe(true);
    expect(await works(400)).toMatchObject({ out: false, in: false });
  });

  it.each([
    ['nothing is added for an internal network where its frames do not pass', 0, []],
    ['an internal network is let through where its frames pass', 1, lines],
  ])('%s', async (_, filtered, expected) => {
    drop('nft');
    // Without br_netfilter, frames never pass.
    const settings = [
      '/proc/sys/net/bridge/bridge-nf-call-iptables',
      '/proc/sys/net/bridge/bridge-nf-call-ip6tables',
    ];
    const set = (path: string) => `if [ -f ${path} ]; then echo ${filtered} >${path}; fi`;
    world.host.run('sh', '-ec', settings.map(set).join('; '));
    await world.network('inner', ['10.7.0.0/24'], { internal: true });
    for (const name of ['e', 'f']) await world.connect('inner', name);
    expect(ownLines(world)).toEqual(existsSync(settings[0] ?? '') ? expected : []);
    expect(await world.sandbox('e').ping('10.7.0.3')).toBe(true);
  });

  it('nothing is added in the family that no network has', async () => {
    drop('nft');
    await world.network('four', ['10.7.0.0/24']);
    expect(ownLines(world)).toEqual(lines);
  });

  it('or not, a network of iptables has its chain', async () => {
    await populate({ firewall: 'iptables' });
    expect(ownLines(world)).toEqual([...lines, ...lines]);
    world.host.run('iptables-nft', '-P', 'FORWARD', 'DROP');
    world.host.run('ip6tables-nft', '-P', 'FORWARD', 'DROP');
    expect(await works()).toEqual(working);
    expect(await world.engine.survey()).toEqual([]);
    await clear();
    expect(ownLines(world)).toEqual([]);
  });

  it('a network is refused that needs the program where that is missing, and nothing is left', async () => {
    drop('nft');
    const before = saved(world);
    const path = env.PATH;
    env.PATH = '/nonexistent';
    try {
      await expect(world.network('web', both)).rejects.toThrow(IptablesMissingError);
    } finally {
      env.PATH = path;
    }
    expect([saved(world), await world.records()]).toEqual([before, []]);
    expect((await world.traces()).links).toEqual([]);
  });

  it('a network is refused that cannot be let through in both families, and nothing is left', async () => {
    drop('nft');
    const before = saved(world);
    const path = env.PATH;
    const programs = mkdtempSync('/run/tsnet-programs-');
    // Only that of IPv4.
    symlinkSync('/usr/sbin/iptables-nft-restore', join(programs, 'iptables-nft-restore'));
    env.PATH = programs;
    try {
      await expect(world.network('web', both)).rejects.toThrow(IptablesMissingError);
    } finally {
      env.PATH = path;
    }
    expect([saved(world), await world.records()]).toEqual([before, []]);
  });

  it('a process that is killed after whichever step leaves nothing there', { timeout: 120_000 }, async () => {
    drop('nft');
    drop('legacy');
    const before = saved(world);
    world.sandbox('a');
    const whole = start('0');
    const steps = (await outputOf(whole)).trim().split('\n');
    expect([whole.exitCode, saved(world)]).toEqual([0, before]);
    expect(steps).toEqual(expect.arrayContaining(['open-iptables', 'close-iptables']));
    for (const [index, step] of steps.entries()) {
      if (!/firewall|iptables|bridge|network/.test(step)) continue;
      expect((await outputOf(start(`${index + 1}`))).trim().split('\n').at(-1)).toBe(step);
      await world.engine.recover();
      expect(await world.engine.survey()).toEqual([]);
      for (const { name } of await world.engine.listNetworks()) {
        expect(ownLines(world)).not.toEqual([]);
        await world.engine.deleteNetwork(name, { force: true });
      }
      expect(saved(world)).toEqual(before);
    }
  });

  const start = (step: string): ChildProcess =>
    spawn(
      'nsenter',
      [
        `--net=${world.host.path}`,
        process.execPath,
        join(import.meta.dirname, '../programs/mortal.ts'),
        ...[state, world.runDirectory, 'a', step],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
});

/** All that it prints until it ends. */
async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child, 'close');
  return text;
}
