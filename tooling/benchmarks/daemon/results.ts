import type { Summary } from '../shared/statistics.ts';
import type { Outcome } from './attempt.ts';
import type { Churned } from './samples.ts';

/** All figures of one run; milliseconds and bytes unless a name says otherwise. */
export interface Results {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly connect: Outcome<readonly ConnectResult[]>;
  readonly sustained: Outcome<readonly SustainedResult[]>;
  readonly load: Outcome<LoadResult>;
  readonly start: Outcome<StartResult>;
  readonly commands: Outcome<CommandResult>;
  readonly churn: Outcome<ChurnResult>;
  readonly docker: Outcome<DockerResult>;
}

/** Who connects. */
export type Side = 'daemon' | 'engine';

/** Connects by one caller. */
export interface ConnectResult {
  readonly side: Side;
  readonly withPort: boolean;
  readonly summaries: Readonly<Record<'sandbox' | 'connect' | 'disconnect', Summary>>;
}

/** Connects a second by callers at once. */
export interface SustainedResult {
  readonly side: Side | 'kernel';
  readonly lanes: number;
  readonly withPort: boolean;
  readonly perSecond: Summary;
  /** Of each connect, in the median round. */
  readonly connect: Summary;
}

/** Many clients at once. */
export interface LoadResult {
  readonly clients: number;
  readonly churned: Churned;
  readonly memory: Readonly<Record<'before' | 'after' | 'rested', number>>;
  /** Reads with nothing else going on, and under the load. */
  readonly reads: Readonly<Record<'quiet' | 'loaded', Summary>>;
}

/** A daemon with something on record. */
export interface StartResult {
  readonly networks: number;
  readonly endpoints: number;
  /** Until the first answer. */
  readonly ready: Summary;
  readonly memory: Readonly<Record<'started' | 'idle' | 'lists' | 'scraped', number>>;
  readonly scrape: number;
  /** The share of one processor, from 0 to 1; undefined when it was not looked at. */
  readonly idleShare: number | undefined;
  readonly idleSeconds: number;
}

/** Whole processes, from start to exit. */
export interface CommandResult {
  readonly empty: Summary;
  readonly commands: readonly { readonly name: string; readonly summary: Summary }[];
}

/** A few clients for some minutes. */
export interface ChurnResult {
  readonly clients: number;
  readonly minutes: number;
  readonly churned: Churned;
  /** Resident memory over the time. */
  readonly memory: readonly { readonly seconds: number; readonly bytes: number }[];
  /** Bytes a minute, over the second half. */
  readonly slope: number | undefined;
}

/** What connects a container or a sandbox in the comparison with Docker. */
export type DockerWay = 'docker command' | 'dockerd API' | 'tsnet command' | 'tsnetd API';

/** A real dockerd beside ours. */
export interface DockerResult {
  readonly ways: readonly {
    readonly way: DockerWay;
    /** Undefined when it failed. */
    readonly summaries: Readonly<Record<'connect' | 'disconnect', Summary>> | undefined;
    readonly failure: string | undefined;
  }[];
}
