import { getSystemErrorMessage } from 'node:util';
import { type ErrorKind, isTsnetError, TsnetError } from '@tsnet/errors';
import type { IpAddress } from '@tsnet/inet';

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

/** Nothing is on record, and the host has things of tsnet: the state directory may be the wrong one. Code `CLI_NOTHING_ON_RECORD`. */
export class NothingOnRecordError extends TsnetError {
  constructor(count: number) {
    super({
      code: 'CLI_NOTHING_ON_RECORD',
      kind: 'conflict',
      operation: 'reconcile',
      subject: 'the host',
      reason: `no network is on record, and it has ${count} ${count === 1 ? 'thing' : 'things'} of tsnet ("tsnet status" shows them)`,
      hint: 'Name the state directory that they are from with --state-dir, or remove them with: tsnet reconcile --force',
    });
  }
}

/** There is no namespace of that name, nor any endpoint of one. Code `CLI_SANDBOX_NOT_FOUND`. */
export class SandboxNotFoundError extends TsnetError {
  constructor(name: string) {
    super({
      code: 'CLI_SANDBOX_NOT_FOUND',
      kind: 'not-found',
      operation: 'remove namespace',
      subject: name,
      reason: 'there is none of that name',
      hint: 'List them with: tsnet netns ls',
    });
  }
}

/** The pool is that of a network. Code `CLI_POOL_OF_NETWORK`. */
export class PoolOfNetworkError extends TsnetError {
  constructor(id: string, network: string) {
    super({
      code: 'CLI_POOL_OF_NETWORK',
      kind: 'in-use',
      operation: 'remove pool',
      subject: id,
      reason: `network ${network} takes its addresses from it`,
      hint: `Remove the network with: tsnet network rm ${network}`,
    });
  }
}

/** The address lies in no pool. Code `CLI_ADDRESS_IN_NO_POOL`. */
export class AddressInNoPoolError extends TsnetError {
  constructor(address: IpAddress) {
    super({
      code: 'CLI_ADDRESS_IN_NO_POOL',
      kind: 'not-found',
      operation: 'say who holds',
      subject: `${address}`,
      reason: 'no pool contains it',
      hint: 'List the pools with: tsnet ipam ls',
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
