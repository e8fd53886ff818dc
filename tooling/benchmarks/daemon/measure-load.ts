import { setTimeout } from 'node:timers/promises';
import type { Summary } from '../shared/statistics.ts';
import type { Options } from './options.ts';
import type { LoadResult } from './results.ts';
import type { Churned } from './samples.ts';
import { startDaemon, withSubjects } from './subjects.ts';

const QUIET_MS = 3000;

/** After the load, until memory is looked at once more. */
const REST_MS = 15_000;

/** Many clients connect and disconnect at once, each a sandbox of its own, while somebody else reads. */
export function measureLoad({ clients, pairs }: Options): Promise<LoadResult> {
  return withSubjects(async (subjects) => {
    const { daemon, socket, connector } = await startDaemon(subjects);
    await connector.call('setUp', 1, clients);
    const reader = subjects.beside('reader-subject.ts', socket, 'bench0');
    await reader.call('start');
    await setTimeout(QUIET_MS);
    const quiet = await reader.call<Summary>('stop');
    const before = await daemon.call<number>('memory');
    await reader.call('start');
    const churned = await connector.call<Churned>('churn', clients, { pairs });
    const loaded = await reader.call<Summary>('stop');
    const after = await daemon.call<number>('memory');
    await setTimeout(REST_MS);
    const rested = await daemon.call<number>('memory');
    await connector.call('takeDown');
    return { clients, churned, memory: { before, after, rested }, reads: { quiet, loaded } };
  });
}
