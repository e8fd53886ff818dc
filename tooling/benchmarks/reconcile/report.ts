import type { Summary } from '../shared/statistics.ts';
import { machineTable, type Table } from '../shared/table.ts';
import { atMost, type Target, targetsTable } from '../shared/target.ts';
import type { Results } from './results.ts';

/** The tables of a run. */
export function tablesOf(results: Results): readonly Table[] {
  const { machine, healthy, flushed, nft, apply, destroy, journal, ...size } = results;
  const { networks, endpoints, ports, applied } = size;
  const rows: (readonly [string, Summary | undefined])[] = [
    [`reconcile ${endpoints} healthy endpoints on ${networks} networks`, healthy],
    [`reconcile them after \`nft flush ruleset\`, with ${endpoints * ports} ports`, flushed],
    ['  `nft list ruleset` of the same table', nft.list],
    ['  `nft -f` of what that printed', nft.load],
    [`tsnet apply: ${networks} networks and ${applied} endpoints from nothing`, apply],
    ['tsnet destroy: the same', destroy],
    ['connect, with its operation on record', journal?.with],
    ['connect, with nothing on record', journal?.without],
  ];
  return [
    machineTable(machine),
    {
      title: 'Milliseconds (median, p10–p90)',
      head: ['what', 'ms'],
      rows: rows.flatMap(([what, summary]) => (summary === undefined ? [] : [[what, cell(summary)]])),
    },
    targetsTable('Targets', targetsOf(results)),
  ];
}

function targetsOf({ healthy, flushed, apply, journal }: Results): readonly Target[] {
  const share = journal && (journal.with.median / journal.without.median - 1) * 100;
  return [
    atMost('1,000 healthy endpoints on 50 networks: at most 150 ms', healthy.median, 150, milliseconds),
    atMost('1,000 endpoints and 2,000 ports flushed: at most 300 ms', flushed.median, 300, milliseconds),
    atMost('apply of 50 networks and 500 endpoints: at most 3 s', apply?.median, 3000, milliseconds),
    atMost('the journal adds at most 15% to a connect', share, 15, (value) => `${value.toFixed(1)}%`),
  ];
}

function cell({ median, p10, p90 }: Summary): string {
  return `${digits(median)} (${digits(p10)}–${digits(p90)})`;
}

function milliseconds(value: number): string {
  return `${digits(value)} ms`;
}

function digits(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}
