import { join } from 'node:path';
import { IpPrefix } from '@tsnet/inet';
import { Ipam, SqliteStore } from '@tsnet/ipam';
import { progress } from '../shared/progress.ts';
import { Remote } from '../shared/remote.ts';
import { summarize } from '../shared/statistics.ts';
import type { Options } from './options.ts';
import type { ThroughputResult } from './results.ts';

/** Pools with room for minutes of leasing. */
const POOLS = ['10.0.0.0/10', '10.64.0.0/10', '10.128.0.0/10', '10.192.0.0/10'];

const settings = [
  { setting: 'one process, one caller', writers: 1, pools: 1, callers: 1 },
  { setting: 'one process, 64 callers', writers: 1, pools: 1, callers: 64 },
  { setting: 'four processes, one caller each, one pool', writers: 4, pools: 1, callers: 1 },
  { setting: 'four processes, one caller each, a pool for each', writers: 4, pools: 4, callers: 1 },
  { setting: 'four processes, 16 callers each, one pool', writers: 4, pools: 1, callers: 16 },
];

/** Counts what processes lease at full speed, a second of each setting in turn. */
export async function measureThroughput(
  directory: string,
  { seconds }: Options,
): Promise<readonly ThroughputResult[]> {
  if (seconds === 0) return [];
  progress('leases at full speed');
  const running = [];
  for (const [index, { setting, writers, pools, callers }] of settings.entries()) {
    const file = join(directory, `throughput-${index}.db`);
    await createPools(file);
    const remotes = Array.from({ length: writers }, (_, writer) => {
      const program = join(import.meta.dirname, 'writer-subject.ts');
      return new Remote([process.execPath, program, file, `${writer % pools}`, `writer-${writer}`]);
    });
    running.push({ setting, callers, remotes, rates: [] as number[] });
  }
  for (const { remotes, callers } of running) await leaseTogether(remotes, callers);
  for (let second = 0; second < seconds; second += 1) {
    for (const { remotes, callers, rates } of running) rates.push(await leaseTogether(remotes, callers));
  }
  for (const remote of running.flatMap(({ remotes }) => remotes)) await remote.close();
  return running.map(({ setting, rates }) => ({ setting, perSecond: summarize(rates) }));
}

async function leaseTogether(remotes: readonly Remote[], callers: number): Promise<number> {
  const rates = await Promise.all(remotes.map((remote) => remote.call<number>('run', 1000, callers)));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

async function createPools(file: string): Promise<void> {
  await using store = await SqliteStore.open(file);
  const ipam = new Ipam(store);
  for (const [index, prefix] of POOLS.entries()) {
    await ipam.createPool({ id: `${index}`, prefix: IpPrefix.parse(prefix) });
  }
}
