import { atLeast, atMost, type Target, times } from '../shared/target.ts';
import type { PointResult, Results } from './results.ts';

/** Compares a run with what tsnet is meant to reach. */
export function checkTargets({ points, processes, throughput }: Results): readonly Target[] {
  const [emptiest] = points;
  const fullest = points.at(-1);
  const growth = emptiest && fullest && fullest.lease.median / emptiest.lease.median;
  const million = processes.find(({ taken }) => taken === 1_000_000);
  const bitmaps = points.filter(({ taken }) => taken > 0);
  return [
    atMost('one lease, median, at every fill: at most 40 µs', most(points, medianOf), 40, microseconds),
    atMost(
      'one lease, 99th percentile, at every fill: at most 300 µs',
      most(points, p99Of),
      300,
      microseconds,
    ),
    atMost(`median of ${fullest?.fill} over ${emptiest?.fill}: at most 1.5 times`, growth, 1.5, times),
    ...[0, 1].map((index) => {
      const goal = `${throughput[index]?.setting ?? 'one process'}: at least 20,000 leases a second`;
      return atLeast(goal, rateOf(throughput, index), 20_000, perSecond);
    }),
    // Which setting of one process each setting of four stands beside.
    ...Object.entries({ 2: 0, 3: 0, 4: 1 }).map(([index, alone]) => {
      const { setting = 'four processes' } = throughput[Number(index)] ?? {};
      const goal = `${setting}: no fewer in sum than ${throughput[alone]?.setting ?? 'one process'}`;
      return atLeast(
        goal,
        rateOf(throughput, Number(index)),
        rateOf(throughput, alone) ?? Number.NaN,
        perSecond,
      );
    }),
    atLeast(
      'batches of 1,000, at every fill: at least 200,000 leases a second',
      least(points),
      200_000,
      perSecond,
    ),
    atMost(
      'opening a store with 1,000,000 leases: under 20 ms',
      million?.parts.opened?.median,
      20,
      milliseconds,
    ),
    atMost('bitmap, at every fill: at most 2.5 bytes a lease', most(bitmaps, bitmapOf), 2.5, bytes),
  ];
}

/** Bytes of the bitmap's records for each lease. */
export function bitmapOf({ bitmapBytes, taken }: PointResult): number {
  return bitmapBytes / taken;
}

function medianOf({ lease }: PointResult): number {
  return lease.median;
}

function p99Of({ lease }: PointResult): number {
  return lease.p99;
}

function rateOf(throughput: Results['throughput'], index: number): number | undefined {
  return throughput[index]?.perSecond.median;
}

function most(points: readonly PointResult[], of: (point: PointResult) => number): number | undefined {
  return points.length === 0 ? undefined : Math.max(...points.map(of));
}

function least(points: readonly PointResult[]): number | undefined {
  return points.length === 0 ? undefined : Math.min(...points.map(({ batchLeases }) => batchLeases));
}

function microseconds(value: number): string {
  return `${value.toFixed(0)} µs`;
}

function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function bytes(value: number): string {
  return value.toFixed(2);
}

function perSecond(value: number): string {
  return Math.round(value).toLocaleString('en');
}
