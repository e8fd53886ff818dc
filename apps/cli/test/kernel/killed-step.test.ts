import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyDeclaration, destroyDeclaration } from '@tsnet/declare';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { killedAfter } from '../testing/killed.ts';
import { Successor } from '../testing/successor.ts';
import { TestHost } from '../testing/test-host.ts';

/** Steps are tried on so many hosts at once. */
const LANES = 2;

/** The commands that make a file so, make another file so, and take it down. */
const phases = ['apply', 'change', 'destroy'] as const;
type Phase = (typeof phases)[number];

describeKernel('tsnet that is killed', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('after whichever step of apply or destroy is completed by the next one', async () => {
    const steps = await stepsOfEach(2);
    const count = Math.max(...phases.map((phase) => steps[phase].length));
    await onHosts(numbersTo(count), (host, number) =>
      killAndComplete(host, 2, (phase) => `${1 + (number % steps[phase].length)}`),
    );
  }, 300_000);

  it('after each kind of step for 20 networks is completed by the next one', async () => {
    const networks = 20;
    const steps = await stepsOfEach(networks);
    const kinds = {
      apply: kindsOf(steps.apply),
      change: kindsOf(steps.change),
      destroy: kindsOf(steps.destroy),
    };
    const count = Math.max(...phases.map((phase) => kinds[phase].length));
    await onHosts(numbersTo(count), (host, number) =>
      killAndComplete(host, networks, (phase) => kinds[phase][number % kinds[phase].length] ?? ''),
    );
  }, 300_000);

  it('after whichever step of run leaves nothing to the next one', async () => {
    const words = (host: TestHost) => [
      ...['run', '--name', `${host.netns}-job`, '-p', '8080:80', '-p', '8081-8083:81-83/udp'],
      ...['--network', 'web', '--network', 'db', '--', 'true'],
    ];
    const prepare = async (host: TestHost) => {
      await host.ok('network', 'create', 'web', '--subnet', '10.7.0.0/24', '--subnet', 'fd07::/64');
      await host.ok('network', 'create', 'db', '--subnet', '10.8.0.0/24');
    };
    await using first = await TestHost.open();
    await prepare(first);
    const { steps } = await killedAfter(first, '0', words(first));
    expect(steps.length).toBeGreaterThan(12);
    const prepared = new Map<TestHost, Awaited<ReturnType<typeof lookAt>>>();
    await onHosts(numbersTo(steps.length), async (host, number) => {
      if (!prepared.has(host)) await prepare(host);
      const before = prepared.get(host) ?? (await lookAt(host));
      prepared.set(host, before);
      const death = await killedAfter(host, `${number + 1}`, words(host));
      expect(death).toEqual({ signal: 'SIGKILL', steps: steps.slice(0, number + 1) });
      await host.ok(...words(host));
      expect(await lookAt(host)).toEqual(before);
    });
  }, 300_000);
});

/** A file with networks of both families, each with a sandbox and a port; after the change, other ports and a replaced network. */
function declaration(host: TestHost, networks: number, phase: Phase): string {
  const isChanged = phase !== 'apply';
  const lines = numbersTo(networks).flatMap((n) => {
    const mtu = isChanged && n % 2 === 1 ? ', mtu: 1400' : '';
    return [`  net${n}: { subnets: [10.7.${n}.0/24, "fd07:${n}::/64"]${mtu} }`];
  });
  const sandboxes = numbersTo(networks).map((n) => {
    const port = `${(isChanged ? 9000 : 8000) + n}:80`;
    return `  ${host.netns}-${n}: { endpoints: { net${n}: { ports: ["${port}"] } } }`;
  });
  const path = join(host.stateDirectory, 'killed.yaml');
  writeFileSync(path, ['networks:', ...lines, 'sandboxes:', ...sandboxes].join('\n'));
  return path;
}

function command(host: TestHost, networks: number, phase: Phase): readonly string[] {
  return [phase === 'destroy' ? 'destroy' : 'apply', '-f', declaration(host, networks, phase)];
}

/** The names of the steps of each phase, when nothing is killed. */
async function stepsOfEach(networks: number): Promise<Record<Phase, readonly string[]>> {
  await using host = await TestHost.open();
  const run = async (phase: Phase) => (await killedAfter(host, '0', command(host, networks, phase))).steps;
  const steps = { apply: await run('apply'), change: await run('change'), destroy: await run('destroy') };
  // A network takes five, a sandbox one, and an endpoint five.
  expect(steps.apply).toHaveLength(11 * networks);
  expect(steps.destroy.length).toBeGreaterThanOrEqual(4 * networks);
  return steps;
}

/** One step of each name, early ones of the first names and late ones of the last: `create-veth 7`. */
function kindsOf(steps: readonly string[]): readonly string[] {
  const names = [...new Set(steps)];
  return names.map((name, index) => {
    const count = steps.filter((step) => step === name).length;
    return `${name} ${1 + Math.floor((index * count) / names.length)}`;
  });
}

/** Has each phase killed after a step, and then done by the next one: nothing is left, and nothing lost. */
async function killAndComplete(
  host: TestHost,
  networks: number,
  stepOf: (phase: Phase) => string,
): Promise<void> {
  for (const phase of phases) {
    const args = command(host, networks, phase);
    const step = stepOf(phase);
    const { signal } = await killedAfter(host, step, args);
    expect({ phase, step, signal }).toEqual({ phase, step, signal: 'SIGKILL' });
    await using successor = await Successor.open(host);
    const run = phase === 'destroy' ? destroyDeclaration : applyDeclaration;
    await successor.carryOut(run, declaration(host, networks, phase));
    expect([phase, step, await successor.findings()]).toEqual([phase, step, []]);
    if (phase === 'destroy') expect(await lookAt(host)).toEqual(nothing);
    else expect(await successor.engine.listEndpoints()).toHaveLength(networks);
  }
}

const nothing = { records: [], kernel: { links: [], rules: [] }, namespaces: [] };

/** All that there is on a host: records, what `ip -j` and `nft -j` tell, namespaces of the host's own. */
async function lookAt(host: TestHost) {
  await using successor = await Successor.open(host);
  return {
    records: await successor.records(),
    kernel: await successor.kernel(),
    namespaces: readdirSync('/run/netns').filter((name) => name.startsWith(`${host.netns}-`)),
  };
}

/** Runs `body` once for each number, on several hosts at once. */
async function onHosts(
  numbers: readonly number[],
  body: (host: TestHost, number: number) => Promise<void>,
): Promise<void> {
  const left = [...numbers];
  const lane = async () => {
    await using host = await TestHost.open();
    for (let number = left.shift(); number !== undefined; number = left.shift()) await body(host, number);
  };
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
  for (const outcome of lanes) if (outcome.status === 'rejected') throw outcome.reason;
}

function numbersTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
