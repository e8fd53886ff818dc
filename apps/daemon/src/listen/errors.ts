import { getSystemErrorMessage } from 'node:util';
import { type ErrorKind, isTsnetError, TsnetError } from '@tsnet/errors';

/** Somebody listens on the unix socket, or is about to. Code `DAEMON_SOCKET_TAKEN`. */
export class SocketTakenError extends TsnetError {
  /** Who, where that is known. */
  readonly pid: number | undefined;

  constructor(path: string, pid: number | undefined) {
    const who = pid === undefined ? 'another process' : `process ${pid}`;
    super({
      code: 'DAEMON_SOCKET_TAKEN',
      kind: 'already-exists',
      operation: 'listen on',
      subject: path,
      reason: `${who} listens there`,
      hint: 'Use that daemon, or stop it first; or give this one another path with --socket.',
    });
    this.pid = pid;
  }
}

/** Where the unix socket should be is something else. Code `DAEMON_NO_SOCKET`. */
export class NoSocketError extends TsnetError {
  constructor(path: string) {
    super({
      code: 'DAEMON_NO_SOCKET',
      kind: 'already-exists',
      operation: 'listen on',
      subject: path,
      reason: 'what is there is no socket',
      hint: 'See what it is, and move it away; or give the daemon another path with --socket.',
    });
  }
}

/** The unix socket cannot be given to its group. Code `DAEMON_SOCKET_GROUP`. */
export class SocketPermissionError extends TsnetError {
  constructor(path: string, group: string, cause: unknown) {
    super({
      code: 'DAEMON_SOCKET_GROUP',
      kind: 'permission',
      operation: 'listen on',
      subject: path,
      reason: `it cannot be given to group ${group}`,
      hint: 'Run as root with CAP_CHOWN, or name a group that this user is in.',
      cause,
    });
  }
}

/** A socket that the service manager handed over cannot be used. Code `DAEMON_ACTIVATION`. */
export class ActivationError extends TsnetError {
  constructor(subject: string, reason: string, cause?: unknown) {
    super({
      code: 'DAEMON_ACTIVATION',
      kind: 'invalid',
      operation: 'listen on',
      subject,
      reason,
      hint: 'A socket unit may hand over unix sockets (ListenStream=/PATH); for TCP, set tcp in the configuration.',
      cause,
    });
  }
}

/** The kernel does not let the daemon listen at an address. Code `DAEMON_LISTEN`. */
export class ListenError extends TsnetError {
  constructor(address: string, cause: NodeJS.ErrnoException) {
    super({
      code: 'DAEMON_LISTEN',
      kind: kindOf(cause),
      operation: 'listen on',
      subject: address,
      reason: reasonOf(cause),
      cause,
    });
  }
}

/** Plain TCP was asked for on an address that others reach. Code `DAEMON_NOT_LOOPBACK`. */
export class NotLoopbackError extends TsnetError {
  constructor(address: string) {
    super({
      code: 'DAEMON_NOT_LOOPBACK',
      kind: 'invalid',
      operation: 'listen on',
      subject: address,
      reason: 'it is no loopback address, and TCP without TLS is for those only',
      hint: 'Set certificate, key and clientCa of tcp; or use 127.0.0.1 or ::1.',
    });
  }
}

/** A file of TLS cannot be used. Code `DAEMON_TLS_FILE`. */
export class TlsFileError extends TsnetError {
  constructor(what: string, file: string, reason: string, kind: ErrorKind, cause?: unknown) {
    super({ code: 'DAEMON_TLS_FILE', kind, operation: 'read', subject: `${what} ${file}`, reason, cause });
  }
}

/** A failure of the file system under the name of what was wanted. Code `DAEMON_FILE`. */
class FileFailure extends TsnetError {
  constructor(operation: string, path: string, cause: NodeJS.ErrnoException) {
    super({
      code: 'DAEMON_FILE',
      kind: kindOf(cause),
      operation,
      subject: path,
      reason: `${reasonOf(cause)}${cause.path === undefined ? '' : `: ${cause.path}`}`,
      cause,
    });
  }
}

/** What was thrown, as an error of tsnet's if it is one of the file system. */
export function fileFailure(operation: string, path: string, thrown: unknown): unknown {
  const isSystemError = thrown instanceof Error && 'errno' in thrown && !isTsnetError(thrown);
  return isSystemError ? new FileFailure(operation, path, thrown as NodeJS.ErrnoException) : thrown;
}

/** Why a system call failed, in words. */
export function reasonOf({ errno, code, message }: NodeJS.ErrnoException): string {
  return errno === undefined ? message : `${getSystemErrorMessage(errno)} (${code})`;
}

/** The kind of failure that a system call's is. */
export function kindOf({ code = '' }: NodeJS.ErrnoException): ErrorKind {
  return kinds[code] ?? 'unavailable';
}

const kinds: Readonly<Record<string, ErrorKind>> = {
  EADDRINUSE: 'already-exists',
  EADDRNOTAVAIL: 'not-found',
  EACCES: 'permission',
  EPERM: 'permission',
  EROFS: 'permission',
  ENOENT: 'not-found',
  ENOTDIR: 'invalid',
  EISDIR: 'invalid',
  ELOOP: 'invalid',
};
