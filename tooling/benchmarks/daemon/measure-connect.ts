import { progress } from '../shared/progress.ts';
import { summarize } from '../shared/statistics.ts';
import type { Options } from './options.ts';
import type { ConnectResult } from './results.ts';
import type { PairSample } from './samples.ts';
import { startDaemon, withSubjects } from './subjects.ts';

/** Rounds that are not counted: code is compiled, and caches are filled. */
const WARM_UP = 5;

const BURST = 10;

/** Connects by one caller, through the daemon and by the engine in its own process, in turns. */
export function measureConnect({ rounds }: Options): Promise<readonly ConnectResult[]> {
  return withSubjects(async (subjects) => {
    const { connector } = await startDaemon(subjects);
    const sides = [
      { side: 'daemon', connector },
      { side: 'engine', connector: subjects.onHost('connector-subject.ts', 'engine') },
    ] as const;
    for (const side of sides) await side.connector.call('setUp', 1, 0);
    const runs = [false, true].flatMap((withPort) =>
      sides.map((side) => ({ ...side, withPort, samples: [] as PairSample[] })),
    );
    for (let round = 0; round < WARM_UP + rounds; round++) {
      if (round >= WARM_UP && round % 10 === 0) progress(`  round ${round - WARM_UP} of ${rounds}`);
      for (const run of round % 2 === 0 ? runs : runs.toReversed()) {
        const samples = await run.connector.call<readonly PairSample[]>('round', BURST, run.withPort);
        if (round >= WARM_UP) run.samples.push(...samples);
      }
    }
    for (const side of sides) await side.connector.call('takeDown');
    return runs.map(({ side, withPort, samples }) => ({
      side,
      withPort,
      summaries: {
        sandbox: summarize(samples.map(({ sandbox }) => sandbox)),
        connect: summarize(samples.map(({ connect }) => connect)),
        disconnect: summarize(samples.map(({ disconnect }) => disconnect)),
      },
    }));
  });
}
