import type { Summary } from '../shared/statistics.ts';

/** One connect and disconnect; milliseconds. */
export interface PairSample {
  /** To make the namespace. */
  readonly sandbox: number;
  readonly connect: number;
  readonly disconnect: number;
}

/** Connects in a row. */
export interface Sustained {
  readonly perSecond: number;
  /** Milliseconds of each. */
  readonly connect: Summary;
}

/** Connects and disconnects by many at once. */
export interface Churned {
  readonly pairs: number;
  readonly seconds: number;
  readonly connect: Summary;
  readonly disconnect: Summary;
}
