import { atLeast, atMost, type Target } from '../shared/target.ts';
import { figuresOf } from './attempt.ts';
import { megabytes, milliseconds, ratio } from './cells.ts';
import type { ConnectResult, Results, SustainedResult } from './results.ts';

const MEMORY_LIMIT = 120e6;

/** Compares a run with what the daemon is meant to reach. */
export function targetsOf(results: Results): readonly Target[] {
  return [
    ...connectTargets(figuresOf(results.connect)),
    ...sustainedTargets(figuresOf(results.sustained)),
    atMost(
      'p99 of a read under load: at most 10 ms',
      figuresOf(results.load)?.reads.loaded.p99,
      10,
      milliseconds,
    ),
    ...startTargets(results),
    ...commandTargets(results),
  ];
}

function connectTargets(results: readonly ConnectResult[] = []): readonly Target[] {
  return [false, true].map((withPort) => {
    const at = (side: string) =>
      results.find((result) => result.side === side && result.withPort === withPort)?.summaries.connect
        .median;
    const [daemon, engine] = [at('daemon'), at('engine')];
    const goal = `connect by the daemon, ${withPort ? 'one port' : 'no port'}: at most 1.6 times the engine's`;
    return atMost(goal, daemon && engine && daemon / engine, 1.6, ratio);
  });
}

function sustainedTargets(results: readonly SustainedResult[] = []): readonly Target[] {
  return [false, true].map((withPort) => {
    const of = (side: string) =>
      results
        .filter((result) => result.side === side && result.withPort === withPort)
        .map(({ perSecond }) => perSecond.median);
    const ceiling = of('kernel')[0];
    const rates = of('daemon');
    const limit = Math.min(300, ceiling ?? 300);
    const known = ceiling === undefined ? '' : ` (the kernel alone: ${ceiling.toFixed(0)})`;
    const goal = `connects a second, ${withPort ? 'one port' : 'no port'}: at least ${limit.toFixed(0)}${known}`;
    const best = rates.length === 0 ? undefined : Math.max(...rates);
    return atLeast(goal, best, limit, (rate) => rate.toFixed(0));
  });
}

function startTargets(results: Results): readonly Target[] {
  const start = figuresOf(results.start);
  const of = start === undefined ? '' : ` with ${start.endpoints} endpoints`;
  const share = (value: number) => `${(value * 100).toFixed(2)}%`;
  return [
    atMost(`start to ready${of}: under 250 ms`, start?.ready.median, 250, milliseconds),
    atMost(`memory${of}, idle: under 120 MB`, start?.memory.idle, MEMORY_LIMIT, megabytes),
    atMost(`memory${of}, after 1,000 lists: under 120 MB`, start?.memory.lists, MEMORY_LIMIT, megabytes),
    atMost(`memory${of}, after /metrics: under 120 MB`, start?.memory.scraped, MEMORY_LIMIT, megabytes),
    atMost(`processor while idle${of}: under 0.5%`, start?.idleShare, 0.005, share),
  ];
}

function commandTargets(results: Results): readonly Target[] {
  const figures = figuresOf(results.commands);
  if (figures === undefined) {
    return [
      atMost('commands that ask the daemon: at most 1.5 times an empty process', undefined, 1.5, ratio),
    ];
  }
  return figures.commands.map(({ name, summary }) =>
    atMost(
      `${name}: at most 1.5 times an empty Node.js process`,
      summary.median / figures.empty.median,
      1.5,
      ratio,
    ),
  );
}
