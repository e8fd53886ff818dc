import { setTimeout } from 'node:timers/promises';
import { progress } from '../shared/progress.ts';
import { summarize } from '../shared/statistics.ts';
import type { Options } from './options.ts';
import type { StartResult } from './results.ts';
import { startDaemon, withSubjects } from './subjects.ts';

const LISTS_READ = 1000;

/** After a start, until the daemon counts as idle. */
const SETTLE_MS = 5000;

/** Starts a daemon that has much on record again and again, looks at its memory, and leaves it alone for a while. */
export function measureStart(options: Options): Promise<StartResult> {
  const { networks, endpoints, starts, idleSeconds } = options;
  return withSubjects(async (subjects) => {
    const { daemon, connector } = await startDaemon(subjects);
    await connector.call('setUp', networks, endpoints);
    await connector.call('connectAll');
    progress(`  ${endpoints} endpoints on ${networks} networks are connected`);
    const times: number[] = [];
    for (let round = 0; round < starts; round++) {
      await daemon.call('stop');
      await setTimeout(500);
      times.push(await daemon.call('start'));
      await setTimeout(500);
    }
    const started = await daemon.call<number>('memory');
    await setTimeout(SETTLE_MS);
    const idleShare = idleSeconds === 0 ? undefined : await daemon.call<number>('idle', idleSeconds);
    const idle = await daemon.call<number>('memory');
    await daemon.call('readLists', LISTS_READ);
    const lists = await daemon.call<number>('memory');
    const scrape = await daemon.call<number>('scrape');
    const scraped = await daemon.call<number>('memory');
    await connector.call('takeDown');
    return {
      networks,
      endpoints,
      ready: summarize(times),
      memory: { started, idle, lists, scraped },
      scrape,
      idleShare,
      idleSeconds,
    };
  });
}
