import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteStore } from '@tsnet/ipam';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noTraces, World } from '../world.ts';

describeKernel('several processes', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;
  let state: string;

  beforeEach(async () => {
    state = join(mkdtempSync('/run/tsnet-state-'), 'state.db');
    world = new World({ store: await SqliteStore.open(state) });
    await world.network('web', ['10.5.0.0/16', 'fd05::/64']);
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
});

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
