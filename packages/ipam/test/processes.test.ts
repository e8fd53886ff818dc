import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { IpPrefix } from '@tsnet/inet';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Ipam } from '../src/ipam.ts';
import { SqliteStore } from '../src/sqlite-store.ts';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
  file = join(directory, 'store.db');
  await using store = await SqliteStore.open(file);
  await new Ipam(store).createPool({ id: 'p', prefix: IpPrefix.parse('10.0.0.0/25') });
});

afterEach(() => rm(directory, { recursive: true }));

function startWorker(owner: string, steps: number) {
  const worker = join(import.meta.dirname, 'lease-worker.ts');
  return spawn(process.execPath, [worker, file, owner, `${steps}`], { stdio: ['ignore', 'pipe', 'inherit'] });
}

it('eight processes on one file never hold the same address', { timeout: 30_000 }, async () => {
  const owners = Array.from({ length: 8 }, (_, index) => `worker-${index}`);
  const results = await Promise.all(
    owners.map(async (owner) => {
      const worker = startWorker(owner, 500);
      const [output, [status]] = await Promise.all([text(worker.stdout), once(worker, 'close')]);
      expect(status).toBe(0);
      const held: readonly string[] = JSON.parse(output);
      return held.map((address) => [address, owner]);
    }),
  );

  const held = results.flat();
  expect(held.length).toBeGreaterThan(8);
  expect(new Set(held.map(([address]) => address)).size).toBe(held.length);
  await using store = await SqliteStore.open(file);
  const ipam = new Ipam(store);
  const stored = (await ipam.listLeases()).map(({ address, owner }) => [`${address}`, owner]);
  expect(stored.toSorted()).toEqual(held.toSorted());
  expect((await ipam.usage('p')).used).toBe(BigInt(held.length));
});

it('processes killed at any moment leave a file in which all still adds up', {
  timeout: 30_000,
}, async () => {
  let found = 0;
  for (let round = 0; round < 5; round += 1) {
    const workers = ['a', 'b'].map((owner) => startWorker(owner, 1_000_000));
    await new Promise((resolve) => setTimeout(resolve, 250 + round * 37));
    for (const worker of workers) worker.kill('SIGKILL');
    await Promise.all(workers.map((worker) => once(worker, 'close')));

    await using store = await SqliteStore.open(file);
    const ipam = new Ipam(store);
    const leases = await ipam.listLeases();
    found += leases.length;
    expect((await ipam.usage('p')).used).toBe(BigInt(leases.length));
    for (const { address, owner } of leases) expect(await ipam.release('p', address, owner)).toBe(true);
    const records = (await store.list('')).map(({ key }) => key);
    expect(records).toEqual(['ipam/map/p/state', 'ipam/pool/p', expect.stringMatching('^ipam/prefix/')]);
  }
  expect(found).toBeGreaterThan(0);
});
