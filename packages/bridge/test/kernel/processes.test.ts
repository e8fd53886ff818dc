import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SqliteStore } from '@tsnet/ipam';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noTraces, World } from '../world.ts';

const ROUNDS = 2000;

describeKernel('several processes', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;
  let state: string;

  beforeEach(async () => {
    state = join(mkdtempSync('/run/tsnet-state-'), 'state.db');
    world = new World({ store: await SqliteStore.open(state) });
  });

  afterEach(() => world.close());

  const program = (file: string, ...args: readonly string[]): ChildProcess =>
    spawn(
      'nsenter',
      [
        `--net=${world.host.path}`,
        process.execPath,
        join(import.meta.dirname, '../programs', file),
        ...[state, world.runDirectory, ...args],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );

  it('connect to one network at once without an address, name or port given twice', async () => {
    await world.network('web', ['10.5.0.0/16', 'fd05::/64']);
    const count = 100;
    const children = ['left', 'right'].map((name) => program('connector.ts', name, `${count}`));
    const outcomes = await Promise.all(children.map(async (child) => ({ text: await textOf(child), child })));
    expect(outcomes.map(({ child }) => child.exitCode)).toEqual([0, 0]);
    const addresses: string[] = outcomes.flatMap(({ text }) => JSON.parse(text));
    expect(new Set(addresses).size).toBe(count * 2 * 2);

    const endpoints = await world.engine.listEndpoints('web');
    expect(endpoints).toHaveLength(count * 2);
    expect(endpoints.every((endpoint) => endpoint.state === 'ready')).toBe(true);
    const ports = endpoints.flatMap((endpoint) => endpoint.ports.map(({ hostPort }) => hostPort));
    expect(new Set(ports).size).toBe(count * 2);
    const links: { ifname: string }[] = world.host.json('ip', '-j', 'link', 'show', 'master', 'web');
    expect(links.map(({ ifname }) => ifname).sort()).toEqual(
      endpoints.map(({ hostIfName }) => hostIfName).sort(),
    );

    await world.engine.deleteNetwork('web', { force: true });
    expect(await world.traces()).toEqual(noTraces);
  });

  it(`connect and disconnect ${ROUNDS} times on ten networks at once: nothing twice, nothing left, nobody stuck`, {
    timeout: 120_000,
  }, async () => {
    for (let n = 0; n < 10; n++) await world.network(`n${n}`, [`10.6.${n}.0/28`, `fd06:${n}::/64`]);
    const before = await lookAt();
    const log = join(dirname(state), 'log');
    const names = Array.from({ length: 8 }, (_, index) => `commuter${index}`);
    const children = names.map((name) => program('commuter.ts', log, name, `${ROUNDS / names.length}`));
    await Promise.all(children.map(textOf));
    expect(children.map(({ exitCode }) => exitCode)).toEqual(names.map(() => 0));

    const lines = readFileSync(log, 'utf8').trim().split('\n');
    // Two addresses and a port, taken and given back.
    expect(lines).toHaveLength(ROUNDS * 3 * 2);
    expect(heldTwice(lines)).toEqual([]);
    expect(await lookAt()).toEqual(before);
    expect(await world.engine.survey()).toEqual([]);
    expect(world.sandboxes()).toEqual([]);
    await world.engine.pruneNetworks();
    expect(await world.traces()).toEqual(noTraces);
  });

  /** What there is, but for how far the search for the next address has come. */
  const lookAt = async () => {
    const { links, rules, records } = await world.traces();
    return { links, rules, records: records.filter((key) => !key.startsWith('ipam/map/')) };
  };
});

/** Lines that say that somebody has what somebody else has not given back. */
function heldTwice(lines: readonly string[]): readonly string[] {
  const held = new Set<string>();
  return lines.filter((line) => {
    const [, verb, ...thing] = line.split(' ');
    const what = thing.join(' ');
    if (verb === 'gives') return !held.delete(what);
    if (held.has(what)) return true;
    held.add(what);
    return false;
  });
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const complaints = await complaintsOf(child);
  if (child.exitCode !== 0) throw new Error(complaints);
  return text;
}

/** What it writes to its standard error until it ends. */
async function complaintsOf(child: ChildProcess): Promise<string> {
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  await once(child, 'close');
  return complaints;
}
