import type { Summary } from '../shared/statistics.ts';

/** What leasing costs in one process, at a fill. */
export interface PointResult {
  readonly fill: string;
  readonly taken: number;
  /** Seconds that it took to lease what is taken. */
  readonly filling: number;
  readonly fileBytes: number;
  /** Keys and values of the bitmap's records. */
  readonly bitmapBytes: number;
  /** Microseconds of one lease, and of one release. */
  readonly lease: Summary;
  readonly release: Summary;
  /** Leases and releases a second in transactions of 1,000. */
  readonly batchLeases: number;
  readonly batchReleases: number;
}

/** What whole processes cost at a fill, milliseconds from start to end. */
export interface ProcessResult {
  readonly fill: string;
  readonly taken: number;
  readonly lease: Summary;
  readonly release: Summary;
  /** Of the peer, which is not run at every fill. */
  readonly hostLocal: { readonly lease: Summary; readonly release: Summary } | undefined;
  /** What the program says of itself, by part: milliseconds; and of its memory, bytes. */
  readonly parts: Readonly<Record<string, Summary>>;
}

/** Leases a second, all processes together. */
export interface ThroughputResult {
  readonly setting: string;
  readonly perSecond: Summary;
}

/** All that one run found. */
export interface Results {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly points: readonly PointResult[];
  readonly processes: readonly ProcessResult[];
  /** Milliseconds to run an empty program in Node.js, and one that is not. */
  readonly emptyNode: Summary | undefined;
  readonly emptyProcess: Summary | undefined;
  readonly throughput: readonly ThroughputResult[];
}
