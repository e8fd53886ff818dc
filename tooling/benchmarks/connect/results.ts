import type { Summary } from '../shared/statistics.ts';
import type { ProcessCount } from './count-processes.ts';
import type { TogetherWay } from './subject.ts';

/** Figures of one subject with a number of endpoints present; milliseconds. */
export interface PointResult {
  readonly subject: string;
  readonly endpoints: number;
  readonly summaries: Readonly<Record<string, Summary>>;
}

/** Where the time of a connect goes, with a number of endpoints present; microseconds. */
export interface ShareResult {
  readonly endpoints: number;
  readonly wall: Summary;
  readonly inside: Summary;
  readonly calls: Summary;
  /** Of each connect, from 0 to 1. */
  readonly outsideShare: Summary;
  /** Part of the main thread's CPU time that it spent in user mode, from 0 to 1, with nothing recorded. */
  readonly userShare: number;
  readonly byCall: readonly {
    readonly name: string;
    readonly microseconds: number;
    readonly calls: number;
  }[];
}

/** All that one run found. */
export interface Results {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly burst: number;
  readonly points: readonly PointResult[];
  /** Each connect alone: one a round, after the wait that ends each round. */
  readonly alone: readonly PointResult[];
  readonly shares: readonly ShareResult[];
  readonly together: readonly {
    readonly way: TogetherWay;
    readonly endpoints: number;
    readonly milliseconds: number;
  }[];
  readonly processes: ProcessCount | undefined;
  /** Milliseconds to start /bin/true in the way in which the plugins are started. */
  readonly emptyProcess: Summary;
}
