import type { OperationName } from './operations.ts';
import type { Input } from './schemas/inputs.ts';
import type { Output } from './schemas/outputs.ts';

/** What every call takes besides its input. */
export interface CallOptions {
  /** Ends the wait for the answer. What was begun is carried out all the same. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Of what creates: however often it is sent with one key, the thing is made once, and each answer is that of the
   * first. One is made up by default, so that a request whose answer was lost can be sent again.
   */
  readonly idempotencyKey?: string | undefined;
  /** Of what changes an endpoint or a network: its ETag as it was read; anything else is refused. See `etagOf`. */
  readonly ifMatch?: string | undefined;
}

/**
 * Every operation of the API, whoever answers: a daemon or an engine in this process. Each takes its path, query and body as one
 * object, and throws a `TsnetError`.
 */
export type Api = {
  readonly [O in OperationName]: (
    ...args: Record<string, never> extends Input<O>
      ? [input?: Input<O>, options?: CallOptions]
      : [input: Input<O>, options?: CallOptions]
  ) => Promise<Output<O>>;
};

/** The one function behind an {@link Api}. */
export type Call = <O extends OperationName>(
  name: O,
  input: Input<O>,
  options: CallOptions,
) => Promise<Output<O>>;
