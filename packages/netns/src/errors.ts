import { isTsnetError, TsnetError } from '@tsnet/errors';
import { errnoKind, errnoName, errnoText } from '@tsnet/linux';

/** A text, name or path that cannot refer to a namespace. */
export class InvalidNetnsRefError extends TsnetError {
  constructor(text: string, reason: string) {
    super({
      code: 'NETNS_INVALID_REF',
      kind: 'invalid',
      operation: 'refer to network namespace',
      subject: quote(text),
      reason,
      hint: 'Give a name such as web, an absolute path, or pid:123.',
    });
  }
}

/** There is no such namespace. */
export class NetnsNotFoundError extends TsnetError {
  constructor(subject: string, reason: string, hint: string) {
    super({
      code: 'NETNS_NOT_FOUND',
      kind: 'not-found',
      operation: 'open network namespace',
      subject,
      reason,
      hint,
    });
  }
}

/** The name is taken: by a namespace, or by another process that is about to make it. */
export class NetnsExistsError extends TsnetError {
  constructor(name: string) {
    super({
      code: 'NETNS_EXISTS',
      kind: 'already-exists',
      operation: 'create network namespace',
      subject: name,
      reason: 'it already exists',
      hint: 'Take another name, open the existing one, or delete it first.',
    });
  }
}

/** The file is there, and is no network namespace. It is never changed or deleted. */
export class NotANetnsError extends TsnetError {
  constructor(operation: string, subject: string, path: string) {
    super({
      code: 'NETNS_NOT_A_NETNS',
      kind: 'invalid',
      operation: `${operation} network namespace`,
      subject,
      reason: `${path} is not a network namespace`,
      hint: 'Look at what the file is; if nothing needs it, remove it by hand.',
    });
  }
}

/** A handle was used after it was closed. */
export class NetnsClosedError extends TsnetError {
  constructor(subject: string) {
    super({
      code: 'NETNS_CLOSED',
      kind: 'invalid',
      operation: 'use network namespace',
      subject,
      reason: 'its handle is closed',
    });
  }
}

/** The kernel or the file system refused. `code` is `NETNS_` and the errno's name. */
export class NetnsSystemError extends TsnetError {
  /** Positive errno. */
  readonly errno: number;
  /** Symbolic errno: `EPERM`. */
  readonly errnoName: string;

  constructor(operation: string, subject: string, errno: number, cause: unknown) {
    const name = errnoName(errno);
    const kind = errnoKind(errno);
    super({
      code: `NETNS_${name.replaceAll(' ', '_').toUpperCase()}`,
      kind,
      operation: `${operation} network namespace`,
      subject,
      reason: `${errnoText(errno)} (${name})`,
      hint: kind === 'permission' ? 'Run as root, or with CAP_SYS_ADMIN.' : undefined,
      cause,
    });
    this.errno = errno;
    this.errnoName = name;
  }
}

/** The positive errno of a failed system call, whether libc or Node made it; undefined for any other failure. */
export function errnoOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') return undefined;
  return Math.abs(error.errno);
}

/** Runs `body`, and says of a failed system call in it which operation on which namespace it spoilt. */
export function explaining<T>(operation: string, subject: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    const errno = errnoOf(error);
    const ours = isTsnetError(error) && error.code.startsWith('NETNS_');
    if (errno === undefined || ours) throw error;
    throw new NetnsSystemError(operation, subject, errno, error);
  }
}

/** The text, cut and escaped, so that text from strangers can be logged. */
function quote(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}
