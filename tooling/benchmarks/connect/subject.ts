/** Milliseconds that one sandbox took, by the name of what was timed. */
export type Sample = Readonly<Record<string, number>>;

/** How the sandboxes of a round are taken down. */
export type Teardown = 'sandbox' | 'endpoint';

/** Something that connects sandboxes, on a host of its own, driven from another process. */
export interface Subject {
  /** Connects sandboxes until there are `count`, and keeps them. Samples of each that was added. */
  grow(count: number): Promise<readonly Sample[]>;
  /** Connects `burst` more back to back, then takes them down one by one; a sample of each. */
  round(burst: number, teardown: Teardown): Promise<readonly Sample[]>;
  /** Where the time of `count` more connects goes; undefined where it cannot be told. */
  trace(count: number): Promise<SystemCallShare | undefined>;
  /** Milliseconds that all endpoints take to be taken down at once. The host is as new afterwards. */
  takeAllDown(way: TogetherWay): Promise<number>;
  /** Takes everything down. */
  close(): Promise<void>;
}

/** Ways in which many endpoints go together. */
export const togetherWays = ['disconnect each', 'delete each sandbox', 'delete the network, forced'] as const;
/** One of {@link togetherWays}. */
export type TogetherWay = (typeof togetherWays)[number];

/** The time of connects inside and outside of system calls. */
export interface SystemCallShare {
  /** Microseconds of each connect, while calls were recorded. */
  readonly wall: readonly number[];
  /** Microseconds of it inside system calls. */
  readonly inside: readonly number[];
  /** System calls of each connect. */
  readonly calls: readonly number[];
  /** Mean microseconds and calls a connect, by system call; the largest first. */
  readonly byCall: readonly {
    readonly name: string;
    readonly microseconds: number;
    readonly calls: number;
  }[];
  /** CPU time of the main thread in as many connects without the recording, in microseconds: a second opinion. */
  readonly cpu: { readonly user: number; readonly system: number };
}
