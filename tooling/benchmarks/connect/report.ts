import type { Summary } from '../shared/statistics.ts';
import { machineTable, type Table } from '../shared/table.ts';
import { targetsTable } from '../shared/target.ts';
import type { PointResult, Results, ShareResult } from './results.ts';
import { checkTargets } from './targets.ts';

/** All tables of a run. */
export function tablesOf(results: Results): readonly Table[] {
  const { points, alone, shares } = results;
  return [
    machineTable(results.machine),
    timesTable(
      `Connect, ${results.burst} back to back: namespace and all, ms (median, p10–p90)`,
      points,
      'up',
    ),
    timesTable('Connect, alone: namespace and all, ms', alone, 'up'),
    timesTable('Disconnect, the sandbox goes as well: until it is forgotten, ms', points, 'down'),
    timesTable('Disconnect, the sandbox lives on: until it is forgotten, ms', points, 'disconnect'),
    stepsTable(points),
    ...shares.map(callsTable),
    sharesTable(shares),
    {
      title: 'Endpoints taken down together',
      head: ['way', 'endpoints', 'ms'],
      rows: results.together.map(({ way, endpoints, milliseconds }) => [
        way,
        `${endpoints}`,
        milliseconds.toFixed(0),
      ]),
    },
    targetsTable(
      `Targets (to start an empty process costs the peer ${number(results.emptyProcess.median)} ms here)`,
      checkTargets(results),
    ),
  ];
}

/** One row a number of endpoints; one column a subject, and how many times tsnet's figure each peer needs. */
function timesTable(title: string, points: readonly PointResult[], name: string): Table {
  const subjects = [...new Set(points.map(({ subject }) => subject))];
  const endpoints = [...new Set(points.map((point) => point.endpoints))].sort((a, b) => a - b);
  const [own, ...peers] = subjects;
  return {
    title,
    head: ['endpoints', ...subjects, ...peers.map((peer) => `${peer} : ${own}`)],
    rows: endpoints.map((count) => {
      const cells = subjects.map((subject) => {
        const point = points.find((other) => other.endpoints === count && other.subject === subject);
        return point?.summaries[name];
      });
      const [ours, ...theirs] = cells;
      const ratios = theirs.map((cell) =>
        cell && ours ? `${(cell.median / ours.median).toFixed(1)}×` : '–',
      );
      return [`${count}`, ...cells.map(spread), ...ratios];
    }),
  };
}

/** tsnet's steps and the plugins' processes: medians. */
function stepsTable(points: readonly PointResult[]): Table {
  const columns = points.map(({ subject, endpoints }) => `${subject} ${endpoints}`);
  const names = new Set(points.flatMap(({ summaries }) => Object.keys(summaries)));
  const parts = [...names].filter((name) => /^(step |namespace$|connect$|.*busy$|.*answered$)/.test(name));
  return {
    title: 'Parts, ms (medians)',
    head: ['part', ...columns],
    rows: parts.map((name) => [
      name.replace(/^step /, ''),
      ...points.map(({ summaries }) =>
        summaries[name] === undefined ? '–' : number(summaries[name].median),
      ),
    ]),
  };
}

function sharesTable(shares: readonly ShareResult[]): Table {
  return {
    title: 'tsnet: where the time of a connect goes (medians)',
    head: [
      'endpoints',
      'wall, µs',
      'in system calls, µs',
      'outside',
      'system calls',
      'user part of CPU time',
    ],
    rows: shares.map(({ endpoints, wall, inside, outsideShare, calls, userShare }) => [
      `${endpoints}`,
      wall.median.toFixed(0),
      inside.median.toFixed(0),
      `${(outsideShare.median * 100).toFixed(0)}%`,
      calls.median.toFixed(0),
      `${(userShare * 100).toFixed(0)}%`,
    ]),
  };
}

function callsTable({ endpoints, byCall }: ShareResult): Table {
  return {
    title: `tsnet: system calls of a connect with ${endpoints} present (means)`,
    head: ['call', 'µs', 'calls'],
    rows: byCall
      .slice(0, 8)
      .map(({ name, microseconds, calls }) => [name, microseconds.toFixed(0), calls.toFixed(1)]),
  };
}

function spread(summary: Summary | undefined): string {
  if (summary === undefined) return '–';
  return `${number(summary.median)} (${number(summary.p10)}–${number(summary.p90)})`;
}

function number(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}
