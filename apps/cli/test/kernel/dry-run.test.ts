import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { changingCommands } from '../testing/commands.ts';
import { Snapshots } from '../testing/snapshots.ts';
import { TestHost } from '../testing/test-host.ts';

interface Step {
  readonly name: string;
  readonly subject: string;
}

/** Every changing command, in an order in which each succeeds; `{id}` is the endpoint of `app`. */
const story: readonly (readonly string[])[] = [
  ['network', 'create', 'web', '--subnet', '10.1.0.0/24', '--subnet', 'fd01::/64'],
  ['network', 'create', 'spare'],
  ['netns', 'create', 'app'],
  ['network', 'connect', 'web', 'app', '-p', '8080:80', '--ip', '10.1.0.9'],
  ['network', 'connect', 'spare', 'app'],
  ['port', 'publish', '{id}', '8081-8083:81-83/udp'],
  ['port', 'unpublish', '{id}', '8080:80'],
  ['run', '--network', 'web', '--network', 'spare', '--name', 'job', '-p', '8090:90', '--', 'true'],
  ['reconcile'],
  ['network', 'disconnect', 'spare', 'app'],
  ['ipam', 'create', 'blue', '--subnet', '10.20.0.0/24'],
  ['ipam', 'lease', 'blue', '--owner', 'vm', '--ip', '10.20.0.7', '--ttl', '1h'],
  ['ipam', 'lease', 'blue', '--owner', 'vm', '--count', '3'],
  ['ipam', 'renew', 'blue', '10.20.0.7', '--owner', 'vm'],
  ['ipam', 'reserve', 'blue', '10.20.0.9', '--owner', 'vm'],
  ['ipam', 'unreserve', 'blue', '10.20.0.9'],
  ['ipam', 'release', '--owner', 'vm', '--all'],
  ['ipam', 'remove', 'blue'],
  ['netns', 'remove', 'app'],
  ['network', 'prune'],
  ['network', 'create', 'again'],
  ['network', 'remove', 'again'],
];

/** What is refused, with the exit code. */
const refused: readonly (readonly [readonly string[], number])[] = [
  [['network', 'create', 'web'], 5],
  [['network', 'create', 'other', '--subnet', '10.1.0.0/25'], 6],
  [['network', 'create', 'bad name'], 2],
  [['network', 'connect', 'nope', 'app'], 3],
  [['network', 'connect', 'web', 'nobody'], 3],
  [['network', 'connect', 'web', 'app'], 5],
  [['network', 'connect', 'web', 'other', '--ip', '10.1.0.2'], 5],
  [['network', 'connect', 'web', 'other', '-p', '8080:80'], 7],
  [['network', 'disconnect', 'web', 'other'], 3],
  [['network', 'remove', 'web'], 7],
  [['network', 'remove', 'nope'], 3],
  [['netns', 'create', 'app'], 5],
  [['netns', 'remove', 'nobody'], 3],
  [['port', 'publish', 'nope', '1:1'], 3],
  [['port', 'unpublish', '{id}', '1:1'], 3],
  [['run', '--network', 'nope', '--', 'true'], 3],
  [['run', '--network', 'web', '--name', 'app', '--', 'true'], 5],
  [['ipam', 'lease', 'nope', '--owner', 'vm'], 3],
  [['ipam', 'lease', '10.1.0.0/24', '--owner', 'vm', '--ip', '10.1.0.2'], 5],
  [['ipam', 'remove', '10.1.0.0/24'], 7],
];

const needs = ['netns', 'bridge', 'veth', 'nftables'] as const;

describeKernel('a dry run', { needs }, () => {
  const fill = async (host: TestHost, words: readonly string[]) => {
    const [endpoint] = await host.json<{ id: string }[]>('endpoint', 'ls');
    return words.map((word) => word.replace('{id}', endpoint?.id ?? ''));
  };

  it('of each command touches nothing, and the real run then applies exactly its steps', async () => {
    await using host = await TestHost.open();
    const snapshots = new Snapshots(host);
    for (const words of story) {
      const args = await fill(host, words);
      if (args[0] === 'reconcile') await host.run('ip', ['link', 'set', 'spare', 'down']);
      const before = await snapshots.take();
      const dry = await host.json<{ steps: Step[]; result: object }>(...rehearsing(args));
      expect(await snapshots.take(), words.join(' ')).toEqual(before);
      const real = await host.tsnet('--json', '--verbose', ...args);
      expect([words, real.exitCode]).toEqual([words, 0]);
      expect([words, stepsOf(real.stderr)]).toEqual([words, dry.steps.map(stepText)]);
      // The result of `tsnet run` is what the command prints.
      if (args[0] !== 'run') expect(maskAll(JSON.parse(real.stdout))).toEqual(maskAll(dry.result));
    }
    expect(await host.json('network', 'ls')).toEqual([]);
  }, 300_000);

  it('of each command that is refused is refused in the same words', async () => {
    await using host = await TestHost.open();
    const snapshots = new Snapshots(host);
    await host.ok('network', 'create', 'web', '--subnet', '10.1.0.0/24');
    await host.ok('netns', 'create', 'app');
    await host.ok('netns', 'create', 'other');
    await host.ok('network', 'connect', 'web', 'app', '-p', '8080:80');
    for (const [words, exitCode] of refused) {
      const args = await fill(host, words);
      const before = await snapshots.take();
      const dry = await host.tsnet(...rehearsing(args));
      expect(await snapshots.take(), words.join(' ')).toEqual(before);
      const real = await host.tsnet(...args);
      expect([words, dry.exitCode, mask(dry.stderr)]).toEqual([words, exitCode, mask(real.stderr)]);
      expect([words, real.exitCode]).toEqual([words, exitCode]);
    }
  }, 300_000);

  it('of a connection is refused where the host lacks what it needs', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'web', '--subnet', '10.1.0.0/24');
    await host.ok('netns', 'create', 'lacking');
    const damages = [
      ['ip', 'link', 'set', 'web', 'down'],
      ['nft', 'flush', 'ruleset'],
      ['ip', 'link', 'del', 'web'],
    ] as const;
    for (const [command, ...args] of damages) {
      await host.run(command, args);
      const connect = ['network', 'connect', 'web', 'lacking'];
      const dry = await host.tsnet(...connect, '--dry-run');
      const real = await host.tsnet(...connect);
      expect(dry).toEqual(real);
      expect(dry.exitCode).not.toBe(0);
      // The network that is whole again is another question.
      expect((await host.tsnet('reconcile', '--dry-run')).exitCode).toBe(0);
      await host.ok('reconcile');
    }
    await host.ok('netns', 'remove', 'lacking');
  });

  it('of what a file says touches nothing', async () => {
    await using host = await TestHost.open();
    const snapshots = new Snapshots(host);
    const file = join(host.stateDirectory, 'shop.yaml');
    writeFileSync(file, 'networks:\n  web:\nsandboxes:\n  front: { endpoints: { web: } }\n');
    const pools = join(host.stateDirectory, 'pools.json');
    await host.ok('ipam', 'create', 'blue', '--subnet', '10.20.0.0/24');
    await host.ok('ipam', 'export', '--output', pools);
    await host.ok('ipam', 'remove', 'blue');
    const expectUntouched = async (...args: readonly string[]) => {
      const before = await snapshots.take();
      await host.ok(...args, '--dry-run');
      expect(await snapshots.take()).toEqual(before);
    };
    await expectUntouched('ipam', 'import', pools);
    await expectUntouched('apply', '-f', file);
    await host.ok('apply', '-f', file);
    await expectUntouched('destroy', '-f', file);
    await host.ok('destroy', '-f', file);
  });

  it('makes no state directory', async () => {
    await using host = await TestHost.open();
    const snapshots = new Snapshots(host, 'missing');
    const before = await snapshots.take();
    const path = `${host.stateDirectory}/missing`;
    const outcome = await host.tsnet('network', 'create', 'web', '--dry-run', '--state-dir', path);
    expect(outcome).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^tsnet network create: 5 steps to do, nothing is done\n {2}open-firewall /,
      ),
    });
    await host.ok('ipam', 'create', 'blue', '--subnet', '10.20.0.0/24', '--dry-run', '--state-dir', path);
    expect(await snapshots.take()).toEqual(before);
  });

  it('is told of for every command that changes something', () => {
    const told = new Set(
      [...story, ['apply'], ['destroy'], ['ipam', 'import']].map((words) => nameOf(words)),
    );
    expect([...told].sort()).toEqual([...changingCommands].sort());
  });
});

/** The same as a dry run; what stands behind `--` is another program's. */
function rehearsing(args: readonly string[]): readonly string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  return args.toSpliced(end, 0, '--dry-run');
}

/** The command of a line, without what it is given. */
function nameOf(words: readonly string[]): string {
  return changingCommands.find((name) => words.join(' ').startsWith(name)) ?? words.join(' ');
}

/** The steps that `--verbose` told of. */
function stepsOf(stderr: string): readonly string[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{"step":'))
    .map((line) => stepText(JSON.parse(line).step));
}

function stepText({ name, subject }: Step): string {
  return mask(`${name} ${subject}`);
}

/** Ids, of which a dry run has placeholders. */
function mask(text: string): string {
  return text.replace(/(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])|\brun-[0-9a-f]{8}\b/g, 'ID');
}

/** The same without ids and times. */
function maskAll(document: object): unknown {
  return JSON.parse(mask(JSON.stringify(document)).replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"TIME"'));
}
