import { getSystemErrorMessage } from 'node:util';
import { type ErrorKind, TsnetError } from '@tsnet/errors';
import type { FailureDocument, ProblemDocument } from './schemas/problem.ts';

/** The daemon has refused a request, or failed at it. It has the code, the kind and the words of the daemon's own error. */
export class RemoteError extends TsnetError {
  /** The HTTP status. */
  readonly status: number;
  /** The id of the request, as in the daemon's log. */
  readonly requestId: string | undefined;
  /** Each field of the request that makes no sense. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];

  constructor(problem: ProblemDocument) {
    const { code, kind, operation, subject, detail, hint } = problem;
    super({ code, kind, operation, subject, reason: reasonIn(detail, operation, subject), hint });
    this.status = problem.status;
    this.requestId = problem.instance;
    this.problems = problem.problems ?? [];
  }
}

/** A failure that is part of an answer, with the code, the kind and the words of the error that it was. */
export class ReportedError extends TsnetError {
  constructor({ code, kind, operation, subject, message, hint }: FailureDocument) {
    super({ code, kind, operation, subject, reason: reasonIn(message, operation, subject), hint });
  }
}

/** No daemon answers. Code `API_UNREACHABLE`. */
export class UnreachableError extends TsnetError {
  /** Nobody listens there, so that nothing was sent. */
  readonly isAbsent: boolean;

  constructor(place: string, cause: NodeJS.ErrnoException) {
    const { errno, code, message } = cause;
    super({
      code: 'API_UNREACHABLE',
      kind: kinds[code ?? ''] ?? 'unavailable',
      operation: 'reach the daemon at',
      subject: place,
      reason: errno === undefined ? message : `${getSystemErrorMessage(errno)} (${code})`,
      hint: hints[code ?? ''] ?? 'See whether tsnetd runs, and try again.',
      cause,
    });
    this.isAbsent = code === 'ENOENT' || code === 'ECONNREFUSED';
  }
}

/** What answers does not speak this API. Code `API_UNEXPECTED_ANSWER`. */
export class UnexpectedAnswerError extends TsnetError {
  constructor(place: string, reason: string, cause?: unknown) {
    super({
      code: 'API_UNEXPECTED_ANSWER',
      kind: 'unavailable',
      operation: 'understand the answer from',
      subject: place,
      reason,
      hint: 'See whether that is tsnetd, in a version that fits this client.',
      cause,
    });
  }
}

/** The client was closed. Code `API_CLOSED`. */
export class ClientClosedError extends TsnetError {
  constructor(place: string) {
    super({
      code: 'API_CLOSED',
      kind: 'aborted',
      operation: 'ask the daemon at',
      subject: place,
      reason: 'the client is closed',
      hint: 'Open another one.',
    });
  }
}

/** The caller has given up. Code `API_ABORTED`. */
export class AbortedError extends TsnetError {
  constructor(operation: string, cause: unknown) {
    super({
      code: 'API_ABORTED',
      kind: 'aborted',
      operation: 'wait for',
      subject: operation,
      reason: 'it was cancelled',
      hint: 'The daemon may carry it out all the same: look before you ask again.',
      cause,
    });
  }
}

const kinds: Readonly<Record<string, ErrorKind>> = { EACCES: 'permission', EPERM: 'permission' };

const hints: Readonly<Record<string, string>> = {
  EACCES: 'Ask to be made a member of the group that owns the socket, or use root.',
  ENOENT: 'Start it with: systemctl start tsnetd',
};

/** An error's message reads `cannot OPERATION SUBJECT: REASON`. */
function reasonIn(detail: string, operation: string, subject: string): string {
  const start = `cannot ${subject === '' ? operation : `${operation} ${subject}`}: `;
  return detail.startsWith(start) ? detail.slice(start.length) : detail;
}
