import type { Table } from './table.ts';

/** A figure that tsnet is meant to reach, and the one that was measured. */
export interface Target {
  readonly goal: string;
  readonly measured: string;
  /** Undefined when it was not measured. */
  readonly reached: boolean | undefined;
}

/** A target that is reached by `limit` and less. */
export function atMost(
  goal: string,
  value: number | undefined,
  limit: number,
  format: (value: number) => string,
): Target {
  if (value === undefined) return notMeasured(goal);
  return { goal, measured: format(value), reached: value <= limit };
}

/** A target that is reached by `limit` and more. */
export function atLeast(
  goal: string,
  value: number | undefined,
  limit: number,
  format: (value: number) => string,
): Target {
  if (value === undefined) return notMeasured(goal);
  return { goal, measured: format(value), reached: value >= limit };
}

/** A ratio as text. */
export function times(ratio: number): string {
  return `${ratio.toFixed(1)} times`;
}

/** The targets with their verdicts. */
export function targetsTable(title: string, targets: readonly Target[]): Table {
  return {
    title,
    head: ['target', 'measured', 'verdict'],
    rows: targets.map(({ goal, measured, reached }) => [
      goal,
      measured,
      reached === undefined ? 'unknown' : reached ? 'reached' : 'missed',
    ]),
  };
}

function notMeasured(goal: string): Target {
  return { goal, measured: 'not measured', reached: undefined };
}
