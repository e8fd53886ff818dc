import { getSystemErrorMessage } from 'node:util';
import { type ErrorKind, isTsnetError, TsnetError } from '@tsnet/errors';

/** The command line is wrong: an unknown command or option, a missing argument. Code `CLI_USAGE`. */
export class UsageError extends TsnetError {
  constructor(command: string, reason: string, hint: string) {
    super({ code: 'CLI_USAGE', kind: 'invalid', operation: 'run', subject: command, reason, hint });
  }
}

/** A value of an option or argument cannot be understood. Code `CLI_INVALID_VALUE`. */
export class InvalidValueError extends TsnetError {
  constructor(option: string, value: string, reason: string, hint: string) {
    const subject = `${option} ${JSON.stringify(value)}`;
    super({ code: 'CLI_INVALID_VALUE', kind: 'invalid', operation: 'read', subject, reason, hint });
  }
}

/** The process lacks the privileges that a command needs. Code `CLI_PRIVILEGE`. */
export class PrivilegeError extends TsnetError {
  constructor(command: string, missing: readonly string[]) {
    super({
      code: 'CLI_PRIVILEGE',
      kind: 'permission',
      operation: 'run',
      subject: command,
      reason: `it changes the kernel's networks, and this process has no ${missing.join(' and no ')}`,
      hint: 'Run it as root, for example with sudo.',
    });
  }
}

/** A command is the daemon's alone, and there is none. Code `CLI_NO_DAEMON`. */
export class NoDaemonError extends TsnetError {
  constructor(command: string, place: string, cause?: unknown) {
    super({
      code: 'CLI_NO_DAEMON',
      kind: 'unavailable',
      operation: 'run',
      subject: `"${command}"`,
      reason: `only the daemon tsnetd knows, ${place}`,
      hint: 'Start it with: systemctl start tsnetd',
      cause,
    });
  }
}

/** A file that the command line names cannot be read or written. Code `CLI_FILE`. */
export class FileError extends TsnetError {
  constructor(operation: 'read' | 'write', file: string, cause: unknown) {
    const { errno, code = '', message } = cause as NodeJS.ErrnoException;
    const reason = errno === undefined ? message : `${getSystemErrorMessage(errno)} (${code})`;
    super({
      code: 'CLI_FILE',
      kind: fileKinds[code] ?? 'unavailable',
      operation,
      subject: file,
      reason,
      cause,
    });
  }
}

/** A file that the command line names says something that cannot be. It keeps the code and the kind of the cause. */
export class FileContentError extends TsnetError {
  constructor(operation: string, file: string, cause: TsnetError) {
    const { code, kind, subject, reason, hint } = cause;
    super({ code, kind, operation, subject: file, reason: `${subject}: ${reason}`, hint, cause });
  }
}

const fileKinds: Readonly<Record<string, ErrorKind>> = {
  ENOENT: 'not-found',
  EACCES: 'permission',
  EPERM: 'permission',
  EROFS: 'permission',
  EISDIR: 'invalid',
  ENOTDIR: 'invalid',
};

/** The command to run in a sandbox is not there. Code `CLI_COMMAND_NOT_FOUND`. */
export class CommandNotFoundError extends TsnetError {
  constructor(command: string, cause: unknown) {
    super({
      code: 'CLI_COMMAND_NOT_FOUND',
      kind: 'not-found',
      operation: 'run',
      subject: command,
      reason: 'there is no such program',
      hint: 'Give its path, or a name that is found through PATH.',
      cause,
    });
  }
}

/** The command to run in a sandbox is there and cannot be started. Code `CLI_COMMAND_NOT_EXECUTABLE`. */
export class CommandNotExecutableError extends TsnetError {
  constructor(command: string, reason: string, cause: unknown) {
    super({
      code: 'CLI_COMMAND_NOT_EXECUTABLE',
      kind: 'permission',
      operation: 'run',
      subject: command,
      reason,
      cause,
    });
  }
}

/** The result cannot be written to standard output. Code `CLI_OUTPUT`. */
export class OutputError extends TsnetError {
  constructor(cause: NodeJS.ErrnoException) {
    const { errno, code, message } = cause;
    super({
      code: 'CLI_OUTPUT',
      kind: 'unavailable',
      operation: 'write',
      subject: 'to standard output',
      reason: errno === undefined ? message : `${getSystemErrorMessage(errno)} (${code})`,
      cause,
    });
  }
}

/** What is thrown is no error of tsnet's: a defect. Code `CLI_UNEXPECTED`. */
export class UnexpectedError extends TsnetError {
  constructor(cause: unknown) {
    super({
      code: 'CLI_UNEXPECTED',
      kind: 'internal',
      operation: 'carry out the command',
      subject: '',
      reason: cause instanceof Error ? cause.message : String(cause),
      hint: 'This is a defect of tsnet. Run the command again with --verbose to see where it happened.',
      cause,
    });
  }
}

/** Several parts of one command failed; the others were carried out. Code `CLI_SEVERAL`, kind of the first. */
export class SeveralError extends TsnetError {
  readonly errors: readonly TsnetError[];

  constructor(operation: string, subject: string, failures: readonly [unknown, ...unknown[]]) {
    const errors = failures.map(toTsnetError);
    super({
      code: 'CLI_SEVERAL',
      kind: toTsnetError(failures[0]).kind,
      operation,
      subject,
      reason: errors.map((error) => error.message).join('; '),
      cause: failures[0],
    });
    this.errors = errors;
  }
}

/** The error itself when it is one of tsnet's, else an {@link UnexpectedError} around it. */
export function toTsnetError(error: unknown): TsnetError {
  return isTsnetError(error) ? error : new UnexpectedError(error);
}

/** Throws what was collected, as it is or together. Nothing was collected: nothing is thrown. */
export function throwCollected(operation: string, subject: string, failures: readonly unknown[]): void {
  const [first, ...others] = failures;
  if (failures.length === 0) return;
  throw others.length === 0 ? first : new SeveralError(operation, subject, [first, ...others]);
}
