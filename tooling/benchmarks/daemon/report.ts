import type { Summary } from '../shared/statistics.ts';
import { machineTable, type Table } from '../shared/table.ts';
import { targetsTable } from '../shared/target.ts';
import { figuresOf, type Outcome } from './attempt.ts';
import { digits, megabytes, milliseconds, ratio, spread } from './cells.ts';
import type {
  ChurnResult,
  CommandResult,
  ConnectResult,
  DockerResult,
  LoadResult,
  Results,
  StartResult,
  SustainedResult,
} from './results.ts';
import { targetsOf } from './targets.ts';

/** The tables of a run. */
export function tablesOf(results: Results): readonly Table[] {
  const { machine, connect, sustained, load, start, commands, churn, docker } = results;
  return [
    machineTable(machine),
    ...tableOf('Connect and disconnect by one client', connect, connectTable),
    ...tableOf('Connects in a row', sustained, sustainedTable),
    ...tableOf('Load', load, loadTable),
    ...tableOf('Start, memory and idle', start, startTable),
    ...tableOf('Commands, from start to exit', commands, commandsTable),
    ...tableOf('Churn', churn, churnTable),
    ...tableOf('Docker', docker, dockerTable),
    targetsTable('Targets', targetsOf(results)),
  ];
}

/** The table of a part: none for one that was left out, and the reason for one that failed. */
function tableOf<T>(title: string, outcome: Outcome<T>, draw: (figures: T) => Table): readonly Table[] {
  if (outcome === undefined) return [];
  const figures = figuresOf(outcome);
  if (figures !== undefined) return [draw(figures)];
  const reason = 'failure' in outcome ? outcome.failure : '';
  return [{ title, head: ['what', 'why'], rows: [['not measured', reason]] }];
}

function connectTable(results: readonly ConnectResult[]): Table {
  const verbs = ['sandbox', 'connect', 'disconnect'] as const;
  return {
    title: 'Connect and disconnect by one client, in milliseconds',
    head: ['what', 'median (p10–p90)', 'p99', 'count'],
    rows: results.flatMap(({ side, withPort, summaries }) =>
      verbs.map((verb) => {
        const what = verb === 'sandbox' ? 'create sandbox' : `${verb}${withPort ? ', one port' : ''}`;
        return [`${side}: ${what}`, ...percentiles(summaries[verb])];
      }),
    ),
  };
}

function sustainedTable(results: readonly SustainedResult[]): Table {
  return {
    title: 'Connects in a row',
    head: ['by', 'at once', 'a second (p10–p90)', 'each, ms (p10–p90)', 'p99'],
    rows: results.map(({ side, withPort, lanes, perSecond, connect }) => [
      `${side === 'kernel' ? 'the kernel alone' : side}${withPort ? ', one port' : ''}`,
      String(lanes),
      spread(perSecond),
      spread(connect),
      digits(connect.p99),
    ]),
  };
}

function loadTable({ clients, churned, memory, reads }: LoadResult): Table {
  const rate = churned.pairs / churned.seconds;
  return {
    title: `Load: ${churned.pairs} connects and disconnects, ${clients} clients at once, ${digits(rate)} pairs a second`,
    head: ['what', 'median (p10–p90)', 'p99', 'count'],
    rows: [
      ['connect, ms', ...percentiles(churned.connect)],
      ['disconnect, ms', ...percentiles(churned.disconnect)],
      ['read of a network before, ms', ...percentiles(reads.quiet)],
      ['read of a network under load, ms', ...percentiles(reads.loaded)],
      ['memory before', megabytes(memory.before), '', ''],
      ['memory after', megabytes(memory.after), '', ''],
      ['memory after a pause', megabytes(memory.rested), '', ''],
    ],
  };
}

function startTable(result: StartResult): Table {
  const { networks, endpoints, ready, memory, scrape, idleShare, idleSeconds } = result;
  return {
    title: `Start, memory and idle: ${endpoints} endpoints on ${networks} networks`,
    head: ['what', 'value'],
    rows: [
      ['start to the first answer, ms', `${spread(ready)} of ${ready.count}`],
      ['memory after the start', megabytes(memory.started)],
      ['memory after doing nothing', megabytes(memory.idle)],
      ['memory after 1,000 lists', megabytes(memory.lists)],
      ['memory after /metrics', megabytes(memory.scraped)],
      ['/metrics', milliseconds(scrape)],
      ...(idleShare === undefined
        ? []
        : [[`processor while idle, ${idleSeconds} s`, `${(idleShare * 100).toFixed(2)}%`]]),
    ],
  };
}

function commandsTable({ empty, commands }: CommandResult): Table {
  return {
    title: 'Commands, from start to exit, in milliseconds',
    head: ['what', 'median (p10–p90)', 'over an empty process'],
    rows: [
      ['an empty Node.js process', spread(empty), ''],
      ...commands.map(({ name, summary }) => [name, spread(summary), ratio(summary.median / empty.median)]),
    ],
  };
}

function churnTable({ clients, minutes, churned, memory, slope }: ChurnResult): Table {
  const bytes = memory.map((reading) => reading.bytes);
  const rise = slope === undefined ? 'too few readings' : `${(slope / 1000).toFixed(0)} kB a minute`;
  return {
    title: `Churn: ${clients} clients for ${minutes} minutes`,
    head: ['what', 'value'],
    rows: [
      ['pairs', `${churned.pairs}, ${digits(churned.pairs / churned.seconds)} a second`],
      ['connect, ms', spread(churned.connect)],
      ['disconnect, ms', spread(churned.disconnect)],
      ['memory, first and last', `${megabytes(bytes[0] ?? 0)}, ${megabytes(bytes.at(-1) ?? 0)}`],
      ['memory, least and most', `${megabytes(Math.min(...bytes))}, ${megabytes(Math.max(...bytes))}`],
      ['memory rises in the second half by', rise],
    ],
  };
}

function dockerTable({ ways }: DockerResult): Table {
  return {
    title: 'Docker beside tsnet, in milliseconds',
    head: ['what', 'connect', 'disconnect', 'Docker over tsnet'],
    rows: ways.map(({ way, summaries, failure }) => {
      if (summaries === undefined) return [way, failure ?? 'not measured', '', ''];
      const peer =
        way === 'docker command' ? 'tsnet command' : way === 'dockerd API' ? 'tsnetd API' : undefined;
      const ours = ways.find((other) => other.way === peer)?.summaries;
      const over = ours && [
        ratio(summaries.connect.median / ours.connect.median),
        ratio(summaries.disconnect.median / ours.disconnect.median),
      ];
      return [way, spread(summaries.connect), spread(summaries.disconnect), over?.join(', ') ?? ''];
    }),
  };
}

function percentiles(summary: Summary): readonly string[] {
  return [spread(summary), digits(summary.p99), String(summary.count)];
}
