import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SqliteStore } from '@tsnet/ipam';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noTraces, World } from '../world.ts';

/** In each round several processes at once are killed. */
const RANDOM_ROUNDS = 75;
const AT_ONCE = 4;

describeKernel('a process that is killed', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;
  let state: string;

  beforeEach(async () => {
    state = join(mkdtempSync('/run/tsnet-state-'), 'state.db');
    world = new World({ store: await SqliteStore.open(state) });
  });

  afterEach(() => world.close());

  const start = (file: string, ...args: readonly string[]): ChildProcess =>
    spawn(
      'nsenter',
      [
        `--net=${world.host.path}`,
        process.execPath,
        join(import.meta.dirname, '../programs', file),
        ...[state, world.runDirectory, ...args],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );

  /** The kernel and the record agree, and nothing is half-done. */
  const expectWhole = async () => {
    expect((await world.records()).filter((key) => key.startsWith('operation/'))).toEqual([]);
    // Who is killed in the moment after a connect has had no time to let frames back: that is repaired.
    const found = await world.engine.survey();
    expect(found.filter(({ problem }) => !problem.startsWith('lets no frames back'))).toEqual([]);
    if (found.length > 0) await world.engine.reconcile();
    expect(await world.engine.survey()).toEqual([]);
    const networks = await world.engine.listNetworks();
    const endpoints = await world.engine.listEndpoints();
    expect([...networks, ...endpoints].filter(({ state }) => state !== 'ready')).toEqual([]);
    const { links, rules } = await world.traces();
    expect(links.sort()).toEqual(
      [...networks.map(({ ifName }) => ifName), ...endpoints.map(({ hostIfName }) => hostIfName)].sort(),
    );
    if (networks.length === 0) expect(rules).toEqual([]);
  };

  it('after whichever step leaves nothing half-done to the next', { timeout: 120_000 }, async () => {
    world.sandbox('a');
    const whole = start('mortal.ts', 'a', '0');
    const steps = (await outputOf(whole)).trim().split('\n');
    expect(whole.exitCode).toBe(0);
    expect(await world.traces()).toEqual(noTraces);
    expect(steps.length).toBeGreaterThan(20);
    for (const [index, step] of steps.entries()) {
      const child = start('mortal.ts', 'a', `${index + 1}`);
      const last = (await outputOf(child)).trim().split('\n').at(-1);
      expect([child.signalCode, last]).toEqual(['SIGKILL', step]);
      await world.engine.recover();
      await expectWhole();
      // Neither needs force: what is there is whole.
      for (const { id } of await world.engine.listEndpoints()) await world.engine.disconnect(id);
      await world.engine.pruneNetworks();
      expect(await world.traces()).toEqual(noTraces);
      expect(world.sandbox('a').json('ip', '-j', 'link')).toHaveLength(1);
    }
  });

  it(`at any time, ${RANDOM_ROUNDS * AT_ONCE} times, leaves nothing half-done to the next`, {
    timeout: 600_000,
  }, async () => {
    for (let round = 0; round < RANDOM_ROUNDS; round++) {
      await Promise.all(Array.from({ length: AT_ONCE }, killedAtRandom));
      await world.engine.recover();
      await world.engine.settled();
      // A namespace that was made and not yet connected is nobody's but its maker's.
      for (const { name } of world.sandboxes()) await world.engine.deleteSandbox(name);
      await world.engine.settled();
      await expectWhole();
      await world.engine.pruneNetworks();
      expect(await world.traces()).toEqual(noTraces);
    }
  });

  const killedAtRandom = async () => {
    const child = start('churner.ts');
    if (child.stdout === null) throw new Error('it has no output');
    await once(child.stdout, 'data');
    await setTimeout(Math.random() * 150);
    child.kill('SIGKILL');
    await once(child, 'close');
  };
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
