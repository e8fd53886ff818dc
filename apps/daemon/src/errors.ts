import { isTsnetError, TsnetError } from '@tsnet/errors';

/** What is thrown is no error of tsnet's: a defect. Code `DAEMON_UNEXPECTED`. */
export class UnexpectedError extends TsnetError {
  constructor(cause: unknown) {
    super({
      code: 'DAEMON_UNEXPECTED',
      kind: 'internal',
      operation: 'carry out the request',
      subject: '',
      reason: cause instanceof Error ? cause.message : String(cause),
      hint: 'This is a defect of tsnet: the log of the daemon has more.',
      cause,
    });
  }
}

/** The thread that has the engine is gone. Code `DAEMON_HOST_THREAD`. */
export class HostThreadEndedError extends TsnetError {
  constructor(cause: unknown) {
    super({
      code: 'DAEMON_HOST_THREAD',
      kind: 'unavailable',
      operation: 'reach the engine',
      subject: '',
      reason: cause instanceof Error ? `its thread has ended: ${cause.message}` : 'its thread has ended',
      hint: 'The daemon starts again by itself where systemd runs it: try again.',
      cause,
    });
  }
}

/** The daemon is going, and takes no more requests. Code `DAEMON_STOPPING`. */
export class StoppingError extends TsnetError {
  constructor() {
    super({
      code: 'DAEMON_STOPPING',
      kind: 'unavailable',
      operation: 'take the request',
      subject: '',
      reason: 'the daemon is being stopped',
      hint: 'Try again when it has started.',
    });
  }
}

/** A request does not fit its schema. Code `API_INVALID_REQUEST`. */
export class InvalidRequestError extends TsnetError {
  /** Each field that makes no sense. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];

  constructor(
    operation: string,
    problems: readonly { readonly path: string; readonly message: string }[],
    cause?: unknown,
  ) {
    super({
      code: 'API_INVALID_REQUEST',
      kind: 'invalid',
      operation: 'read the request',
      subject: operation,
      reason: problems.map(({ path, message }) => `${path}: ${message}`).join('; '),
      hint: 'GET /openapi.json describes every request.',
      cause,
    });
    this.problems = problems;
  }
}

/** HTTP itself has refused a request. */
export class HttpError extends TsnetError {
  constructor(code: string, reason: string, hint?: string, cause?: unknown) {
    super({ code, kind: 'invalid', operation: 'read the request', subject: '', reason, hint, cause });
  }
}

/** There is no such resource. Code `API_NO_ROUTE`. */
export class NoRouteError extends TsnetError {
  constructor(method: string, path: string) {
    super({
      code: 'API_NO_ROUTE',
      kind: 'not-found',
      operation: 'answer',
      subject: `${method} ${path}`,
      reason: 'the API has no such resource',
      hint: 'GET /openapi.json lists all of them.',
    });
  }
}

/** An idempotency key was used for something else. Code `API_KEY_REUSED`. */
export class KeyReusedError extends TsnetError {
  constructor(key: string) {
    super({
      code: 'API_KEY_REUSED',
      kind: 'conflict',
      operation: 'use idempotency key',
      subject: JSON.stringify(key),
      reason: 'another request was sent with it',
      hint: 'Choose a new key for each thing to make.',
    });
  }
}

/** Events behind the one that was named are not kept any more. Code `API_EVENTS_LOST`. */
export class EventsLostError extends TsnetError {
  constructor(after: string) {
    super({
      code: 'API_EVENTS_LOST',
      kind: 'not-found',
      operation: 'resume the events behind',
      subject: after,
      reason: 'not all that have happened since are kept',
      hint: 'Read what there is now, then follow the events without an id.',
    });
  }
}

/** The error itself when it is one of tsnet's, else an {@link UnexpectedError} around it. */
export function toTsnetError(error: unknown): TsnetError {
  return isTsnetError(error) ? error : new UnexpectedError(error);
}
