import { setTimeout } from 'node:timers/promises';
import { progress } from '../shared/progress.ts';
import type { Remote } from '../shared/remote.ts';
import type { Options } from './options.ts';
import type { ChurnResult } from './results.ts';
import type { Churned } from './samples.ts';
import { type Reading, slopeOf } from './slope.ts';
import { startDaemon, withSubjects } from './subjects.ts';

const CLIENTS = 8;

/** Between two looks at the memory. */
const LOOK_MS = 10_000;

/** A few clients connect and disconnect for some minutes, while the daemon's memory is looked at. */
export function measureChurn({ churnMinutes }: Options): Promise<ChurnResult> {
  return withSubjects(async (subjects) => {
    const { daemon, connector } = await startDaemon(subjects);
    await connector.call('setUp', 1, CLIENTS);
    const ended = new AbortController();
    const churning = connector
      .call<Churned>('churn', CLIENTS, { milliseconds: churnMinutes * 60_000 })
      .finally(() => ended.abort());
    // Its failure is heard of below, once nobody looks any more.
    churning.catch(() => {});
    const memory = await watchMemory(daemon, ended.signal);
    const churned = await churning;
    await connector.call('takeDown');
    const secondHalf = memory.filter(({ seconds }) => seconds >= churnMinutes * 30);
    const slope = slopeOf(secondHalf);
    return {
      clients: CLIENTS,
      minutes: churnMinutes,
      churned,
      memory,
      slope: slope === undefined ? undefined : slope * 60,
    };
  });
}

async function watchMemory(daemon: Remote, signal: AbortSignal): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  const start = performance.now();
  while (!signal.aborted) {
    const bytes = await daemon.call<number>('memory');
    const seconds = (performance.now() - start) / 1000;
    readings.push({ seconds, bytes });
    if (readings.length % 6 === 1) progress(`  ${seconds.toFixed(0)} s: ${(bytes / 1e6).toFixed(1)} MB`);
    await setTimeout(LOOK_MS, undefined, { signal }).catch(() => {});
  }
  return readings;
}
