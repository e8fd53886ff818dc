import type { Output } from './output/output.ts';

/** What every command is run with. */
export interface Invocation {
  /** As it was typed, without options: `tsnet network ls`. */
  readonly command: string;
  /** Where the state is kept, an absolute path. */
  readonly stateDirectory: string;
  /** The socket on which a daemon may listen; undefined: none is asked. */
  readonly socket: string | undefined;
  /** Each step of the engine is told, and each request to a daemon. */
  readonly verbose: boolean;
  /** What would be done is printed, and nothing is changed. */
  readonly dryRun: boolean;
  readonly output: Output;
}

/** What a command does with its arguments and options. Returns an exit code when it is not 0. */
export type Action<A extends readonly unknown[]> = (
  invocation: Invocation,
  ...args: A
) => Promise<void> | Promise<number>;
