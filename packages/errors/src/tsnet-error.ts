import type { ErrorKind } from './kind.ts';

/** What a {@link TsnetError} is made of. */
export interface TsnetErrorOptions {
  /** Stable identifier for programs, upper snake case, prefixed by the package: `IPAM_POOL_EXHAUSTED`. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** The verb that failed, as it reads after "cannot": `lease`, `create network`. */
  readonly operation: string;
  /** The thing it failed on: `10.0.0.5 from pool 10.0.0.0/24`. May be empty. */
  readonly subject: string;
  /** Why, in a few words without a full stop: `address already leased to web-1`. */
  readonly reason: string;
  /** What the reader can do about it, as a sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** The plain data of an error, safe to print or send. */
export interface TsnetErrorJson {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly operation: string;
  readonly subject: string;
  readonly message: string;
  readonly hint?: string;
}

/**
 * The base of every error that a tsnet package throws. Branch on {@link kind} or {@link code}, never on
 * the text of {@link message}, which reads `cannot OPERATION SUBJECT: REASON`.
 */
export class TsnetError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly operation: string;
  readonly subject: string;
  readonly reason: string;
  readonly hint: string | undefined;

  constructor(options: TsnetErrorOptions) {
    const target = options.subject === '' ? options.operation : `${options.operation} ${options.subject}`;
    super(
      `cannot ${target}: ${options.reason}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = options.code;
    this.kind = options.kind;
    this.operation = options.operation;
    this.subject = options.subject;
    this.reason = options.reason;
    this.hint = options.hint;
  }

  /** The class that was thrown, so that a printed error names it. */
  override get name(): string {
    return this.constructor.name;
  }

  toJSON(): TsnetErrorJson {
    return {
      code: this.code,
      kind: this.kind,
      operation: this.operation,
      subject: this.subject,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
    };
  }
}

/** Whether `value` is a {@link TsnetError}, from this copy of the package or from another one. */
export function isTsnetError(value: unknown): value is TsnetError {
  if (value instanceof TsnetError) return true;
  return (
    value instanceof Error &&
    'code' in value &&
    typeof value.code === 'string' &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    'operation' in value &&
    'subject' in value
  );
}
