import { progress } from '../shared/progress.ts';
import { summarize } from '../shared/statistics.ts';
import type { Options } from './options.ts';
import type { SustainedResult } from './results.ts';
import type { Sustained } from './samples.ts';
import { startDaemon, withSubjects } from './subjects.ts';

/**
 * Connects in a row, without a disconnect: by the daemon with many clients, by the engine with as many callers, and by the kernel
 * alone, in turns.
 */
export function measureSustained({
  parallel,
  sustained,
  sustainedRounds,
}: Options): Promise<readonly SustainedResult[]> {
  return withSubjects(async (subjects) => {
    const { connector: daemon } = await startDaemon(subjects);
    const engine = subjects.onHost('connector-subject.ts', 'engine');
    const kernel = subjects.onHost('connector-subject.ts', 'kernel');
    const runs = [false, true].flatMap((withPort) => [
      ...parallel.flatMap((lanes) => [
        { side: 'daemon' as const, connector: daemon, lanes, withPort },
        { side: 'engine' as const, connector: engine, lanes, withPort },
      ]),
      { side: 'kernel' as const, connector: kernel, lanes: 1, withPort },
    ]);
    const measured = runs.map((run) => ({ ...run, rounds: [] as Sustained[] }));
    // Something runs for the first time in every one of them.
    for (const connector of [daemon, engine, kernel]) await connector.call('sustain', 50, 4, true);
    for (let round = 0; round < sustainedRounds; round++) {
      for (const run of round % 2 === 0 ? measured : measured.toReversed()) {
        const { side, connector, lanes, withPort, rounds } = run;
        const result = await connector.call<Sustained>('sustain', sustained, lanes, withPort);
        progress(
          `  ${side}, ${lanes} at once${withPort ? ', port' : ''}: ${result.perSecond.toFixed(0)} a second`,
        );
        rounds.push(result);
      }
    }
    return measured.map(({ side, lanes, withPort, rounds }) => ({
      side,
      lanes,
      withPort,
      perSecond: summarize(rounds.map(({ perSecond }) => perSecond)),
      connect: middleOf(rounds).connect,
    }));
  });
}

/** The round with the median rate. */
function middleOf(rounds: readonly Sustained[]): Sustained {
  const sorted = rounds.toSorted((a, b) => a.perSecond - b.perSecond);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new RangeError('nothing was measured');
  return middle;
}
