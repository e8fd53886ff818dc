import { progress } from '../shared/progress.ts';
import { summarize, summarizeAll } from '../shared/statistics.ts';
import type { Options } from './options.ts';
import type { PointResult, Results, ShareResult } from './results.ts';
import { type Sample, type Subject, togetherWays } from './subject.ts';

/** Rounds before the first point, so that every side has its code compiled and its files read. */
const WARM_UP_ROUNDS = 10;
/** Connects of each share. */
const TRACED_CONNECTS = 60;

/** A subject with the name that tables give it, and how many endpoints it is measured with. */
export interface NamedSubject {
  readonly name: string;
  readonly points: readonly number[];
  readonly subject: Subject;
}

/** Times connects and disconnects with rising numbers of endpoints, round by round on every subject in turn. */
export async function measureTimes(
  subjects: readonly NamedSubject[],
  { rounds, burst }: Options,
): Promise<Pick<Results, 'points' | 'alone'>> {
  for (const { subject } of subjects) await runRounds([subject], WARM_UP_ROUNDS, burst);
  const points: PointResult[] = [];
  const alone: PointResult[] = [];
  for (const endpoints of pointsOf(subjects)) {
    const taking = subjects.filter((subject) => subject.points.includes(endpoints));
    for (const { name, subject } of taking) {
      const start = performance.now();
      await subject.grow(endpoints);
      progress(`${name}: ${endpoints} endpoints after ${((performance.now() - start) / 1000).toFixed(1)} s`);
    }
    const remotes = taking.map(({ subject }) => subject);
    const inBursts = await runRounds(remotes, rounds, burst);
    const oneByOne = await runRounds(remotes, rounds, 1);
    for (const [index, { name }] of taking.entries()) {
      points.push({ subject: name, endpoints, summaries: summarizeAll(inBursts[index] ?? []) });
      alone.push({ subject: name, endpoints, summaries: summarizeAll(oneByOne[index] ?? []) });
    }
  }
  return { points, alone };
}

/** Tells where the time of connects goes, with rising numbers of endpoints. */
export async function measureShares(
  open: () => Subject,
  { points }: Options,
): Promise<readonly ShareResult[]> {
  const subject = open();
  const shares: ShareResult[] = [];
  await runRounds([subject], WARM_UP_ROUNDS, 10);
  for (const endpoints of points) {
    progress(`system calls of tsnet with ${endpoints} endpoints`);
    await subject.grow(endpoints);
    const share = await subject.trace(TRACED_CONNECTS);
    if (share === undefined) {
      progress('system calls cannot be recorded: /sys/kernel/tracing is missing or closed');
      break;
    }
    const { wall, inside, calls, byCall, cpu } = share;
    shares.push({
      endpoints,
      wall: summarize(wall),
      inside: summarize(inside),
      calls: summarize(calls),
      outsideShare: summarize(wall.map((all, index) => 1 - (inside[index] ?? 0) / all)),
      userShare: cpu.user / (cpu.user + cpu.system),
      byCall,
    });
  }
  await subject.close();
  return shares;
}

/** Times taking many endpoints down at once, in each way, on a host that is new each time. */
export async function measureTogether(
  open: () => Subject,
  { together: endpoints }: Options,
): Promise<Results['together']> {
  if (endpoints === 0) return [];
  const results: Results['together'][number][] = [];
  for (const way of togetherWays) {
    progress(`${endpoints} endpoints down together: ${way}`);
    const subject = open();
    await subject.grow(endpoints);
    results.push({ way, endpoints, milliseconds: await subject.takeAllDown(way) });
    await subject.close();
  }
  return results;
}

/** Rounds with both kinds of teardown, alternating; one list of samples a subject. */
async function runRounds(
  subjects: readonly Subject[],
  rounds: number,
  burst: number,
): Promise<readonly (readonly Sample[])[]> {
  const samples: Sample[][] = subjects.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const teardown = round % 2 === 0 ? 'sandbox' : 'endpoint';
      samples[index]?.push(...(await subject.round(burst, teardown)));
    }
  }
  return samples;
}

function pointsOf(subjects: readonly NamedSubject[]): readonly number[] {
  return [...new Set(subjects.flatMap(({ points }) => points))].sort((a, b) => a - b);
}
