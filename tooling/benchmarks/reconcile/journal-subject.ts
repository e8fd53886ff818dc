import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BridgeDriver } from '@tsnet/bridge';
import { Engine, Host } from '@tsnet/core';
import { IpPrefix } from '@tsnet/inet';
import { SqliteStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import { serve } from '../shared/remote.ts';
import { withoutJournal } from './without-journal.ts';

/*
 * node journal-subject.ts with|without
 *
 * A host that connects sandboxes, with the operations on record or without.
 */
const directory = mkdtempSync(join(tmpdir(), 'tsnet-bench-'));
const host = Host.open({ linux: openLinux() });
const store = await SqliteStore.open(join(directory, 'state.db'));
const engine = new Engine({
  host,
  store: process.argv[2] === 'without' ? withoutJournal(store) : store,
  drivers: [BridgeDriver.open({ host })],
});
await engine.createNetwork({ name: 'bench', subnets: [{ prefix: IpPrefix.parse('10.0.0.0/16') }] });

serve({
  /** Milliseconds of so many connects, one after the other, whose sandboxes are taken away again afterwards. */
  async round(burst: number): Promise<readonly number[]> {
    const names = Array.from({ length: burst }, (_, index) => `s${index}`);
    const times: number[] = [];
    for (const name of names) {
      await engine.createSandbox(name);
      const start = performance.now();
      await engine.connect({ network: 'bench', sandbox: { kind: 'name', name } });
      times.push(performance.now() - start);
    }
    await Promise.all(names.map((name) => engine.deleteSandbox(name)));
    await engine.settled();
    await setTimeout(150);
    return times;
  },

  async close(): Promise<void> {
    await engine.deleteNetwork('bench', { force: true });
    await engine.close();
    rmSync(directory, { recursive: true });
  },
});
