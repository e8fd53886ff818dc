import { join } from 'node:path';
import { progress } from '../shared/progress.ts';
import { Remote } from '../shared/remote.ts';
import { summarize } from '../shared/statistics.ts';
import type { FilledStore } from './fill-store.ts';
import { BATCH } from './load.ts';
import type { Options } from './options.ts';
import type { RoundSample } from './point-subject.ts';
import type { PointResult } from './results.ts';

/** Rounds that are not counted, so that every process has its code compiled and its pages read. */
const WARM_UP_ROUNDS = 4;

interface Point {
  readonly store: FilledStore;
  readonly remote: Remote;
  readonly samples: RoundSample[];
}

/** Times leases in all of these stores, round by round in turn. */
export async function measurePoints(
  stores: readonly FilledStore[],
  { rounds, burst }: Options,
): Promise<readonly PointResult[]> {
  progress(`leases in one process, ${rounds} rounds of each`);
  const program = join(import.meta.dirname, 'point-subject.ts');
  const points = stores.map((store): Point => {
    return { store, remote: new Remote([process.execPath, program, store.file]), samples: [] };
  });
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    for (const { remote, samples } of points) {
      const sample = await remote.call<RoundSample>('round', burst);
      if (round >= 0) samples.push(sample);
    }
  }
  for (const { remote } of points) await remote.close();
  return points.map(resultOf);
}

function resultOf({ store, samples }: Point): PointResult {
  return {
    fill: store.fill.name,
    taken: store.fill.taken,
    filling: store.seconds,
    fileBytes: store.fileBytes,
    bitmapBytes: store.bitmapBytes,
    lease: summarize(samples.flatMap(({ lease }) => lease)),
    release: summarize(samples.flatMap(({ release }) => release)),
    batchLeases: rate(samples.map(({ batchLease }) => batchLease)),
    batchReleases: rate(samples.map(({ batchRelease }) => batchRelease)),
  };
}

/** What batches of these milliseconds come to in a second: the slow ones count in full. */
function rate(batches: readonly number[]): number {
  return (batches.length * BATCH * 1000) / batches.reduce((sum, milliseconds) => sum + milliseconds, 0);
}
