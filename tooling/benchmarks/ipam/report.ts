import type { Summary } from '../shared/statistics.ts';
import { machineTable, type Table } from '../shared/table.ts';
import { targetsTable } from '../shared/target.ts';
import type { PointResult, ProcessResult, Results } from './results.ts';
import { bitmapOf, checkTargets } from './targets.ts';

/** All tables of a run. */
export function tablesOf(results: Results): readonly Table[] {
  const { points, processes, emptyNode, throughput } = results;
  return [
    machineTable(results.machine),
    leasesTable(points),
    throughputTable(throughput),
    sizesTable(points, processes),
    ...(emptyNode ? [processesTable(results), partsTable(processes, emptyNode)] : []),
    targetsTable('Targets', checkTargets(results)),
  ];
}

function leasesTable(points: readonly PointResult[]): Table {
  return {
    title: 'In one process: one lease, one release, µs (median, p10–p90); and in batches of 1,000',
    head: ['taken', 'lease', 'p99', 'release', 'p99', 'leases a second, in batches', 'releases'],
    rows: points.map(({ fill, lease, release, batchLeases, batchReleases }) => [
      fill,
      spread(lease),
      decimal(lease.p99),
      spread(release),
      decimal(release.p99),
      whole(batchLeases),
      whole(batchReleases),
    ]),
  };
}

function throughputTable(throughput: Results['throughput']): Table {
  return {
    title: 'Leases a second, each caller one after the other, all processes together (median, p10–p90)',
    head: ['setting', 'leases a second'],
    rows: throughput.map(({ setting, perSecond: { median, p10, p90 } }) => [
      setting,
      `${whole(median)} (${whole(p10)}–${whole(p90)})`,
    ]),
  };
}

function sizesTable(points: readonly PointResult[], processes: readonly ProcessResult[]): Table {
  return {
    title: 'Size and opening (medians)',
    head: [
      'taken',
      'filled in, s',
      'file, MB',
      'bytes a lease',
      'bitmap, bytes a lease',
      'open, ms',
      'first lease, ms',
      'memory of the process, MB',
    ],
    rows: points.map((point) => {
      const { fill, taken, filling, fileBytes } = point;
      const parts = processes.find((process) => process.fill === fill)?.parts;
      const perLease = taken === 0 ? ['–', '–'] : [decimal(fileBytes / taken), bitmapOf(point).toFixed(2)];
      const own = [parts?.opened, parts?.done].map((part) => (part ? decimal(part.median) : '–'));
      const memory = parts?.rss ? megabytes(parts.rss.median) : '–';
      return [fill, filling.toFixed(1), megabytes(fileBytes), ...perLease, ...own, memory];
    }),
  };
}

function processesTable({ processes, emptyNode, emptyProcess }: Results): Table {
  const empty = `an empty program takes ${median(emptyNode)} in Node.js, /bin/true ${median(emptyProcess)}`;
  return {
    title: `Whole processes, ms (median, p10–p90); ${empty}`,
    head: [
      'taken',
      'tsnet lease',
      'host-local lease',
      'ratio',
      'tsnet release',
      'host-local release',
      'ratio',
    ],
    rows: processes.map(({ fill, lease, release, hostLocal }) => [
      fill,
      ...versus(lease, hostLocal?.lease),
      ...versus(release, hostLocal?.release),
    ]),
  };
}

function partsTable(processes: readonly ProcessResult[], emptyNode: Summary): Table {
  return {
    title: 'Where the time of a whole process with tsnet goes, ms (medians)',
    head: ['taken', 'an empty program', 'start and loading', 'open', 'lease', 'close', 'all'],
    rows: processes.map(({ fill, lease, parts }) => [
      fill,
      median(emptyNode),
      ...[parts.loaded, parts.opened, parts.done, parts.closed, lease].map(median),
    ]),
  };
}

function versus(ours: Summary, theirs: Summary | undefined): readonly string[] {
  if (theirs === undefined) return [spread(ours), '–', '–'];
  return [spread(ours), spread(theirs), `${(theirs.median / ours.median).toFixed(2)}×`];
}

function spread({ median, p10, p90 }: Summary): string {
  return `${decimal(median)} (${decimal(p10)}–${decimal(p90)})`;
}

function median(summary: Summary | undefined): string {
  return summary === undefined ? '–' : decimal(summary.median);
}

function decimal(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function megabytes(value: number): string {
  return decimal(value / 1e6);
}
