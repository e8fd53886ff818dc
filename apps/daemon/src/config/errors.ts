import { getSystemErrorMessage } from 'node:util';
import { type ErrorKind, TsnetError, type TsnetErrorJson } from '@tsnet/errors';
import type { ConfigProblem } from './config-text.ts';

/** One thing in a configuration file is wrong. Code `DAEMON_CONFIG_INVALID`. */
export class ConfigProblemError extends TsnetError {
  readonly file: string;
  readonly line: number | undefined;
  /** `socket.mode`; empty for the file as a whole. */
  readonly field: string;

  constructor(file: string, { line, field, reason, hint }: ConfigProblem) {
    super({
      code: 'DAEMON_CONFIG_INVALID',
      kind: 'invalid',
      operation: 'read',
      subject: line === undefined ? file : `${file}:${line}`,
      reason: field === '' ? reason : `${field}: ${reason}`,
      hint,
    });
    this.file = file;
    this.line = line;
    this.field = field;
  }

  override toJSON(): TsnetErrorJson {
    const { file, line, field } = this;
    return { ...super.toJSON(), ...{ file, field }, ...(line === undefined ? {} : { line }) };
  }
}

/** A configuration file is wrong; all that is wrong is in {@link errors}. Code `DAEMON_CONFIG_INVALID`. */
export class InvalidConfigError extends TsnetError {
  /** From the top of the file to its end. */
  readonly errors: readonly ConfigProblemError[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    const errors = problems
      .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
      .map((problem) => new ConfigProblemError(file, problem));
    super({
      code: 'DAEMON_CONFIG_INVALID',
      kind: 'invalid',
      operation: 'read',
      subject: file,
      reason: errors
        .map(({ line, reason }) => (line === undefined ? reason : `${line}: ${reason}`))
        .join('; '),
    });
    this.errors = errors;
  }

  override toJSON(): TsnetErrorJson {
    return { ...super.toJSON(), ...{ errors: this.errors.map((error) => error.toJSON()) } };
  }
}

/** A configuration file cannot be read. Code `DAEMON_CONFIG_FILE`. */
export class ConfigFileError extends TsnetError {
  constructor(file: string, cause: NodeJS.ErrnoException) {
    const { errno, code = '', message } = cause;
    super({
      code: 'DAEMON_CONFIG_FILE',
      kind: fileKinds[code] ?? 'unavailable',
      operation: 'read',
      subject: file,
      reason: errno === undefined ? message : `${getSystemErrorMessage(errno)} (${code})`,
      hint: code === 'ENOENT' ? 'Name another file with --config, or none: no file is needed.' : undefined,
      cause,
    });
  }
}

const fileKinds: Readonly<Record<string, ErrorKind>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EACCES: 'permission',
  EPERM: 'permission',
  EISDIR: 'invalid',
};

/** The name of a configuration file does not tell its language. Code `DAEMON_CONFIG_LANGUAGE`. */
export class ConfigLanguageError extends TsnetError {
  constructor(file: string, endings: readonly string[]) {
    super({
      code: 'DAEMON_CONFIG_LANGUAGE',
      kind: 'invalid',
      operation: 'read',
      subject: file,
      reason: 'its name does not tell what language it is in',
      hint: `Give it one of these endings: ${endings.join(', ')}.`,
    });
  }
}

/** The command line is wrong. Code `DAEMON_USAGE`. */
export class UsageError extends TsnetError {
  constructor(command: string, reason: string, hint: string) {
    super({ code: 'DAEMON_USAGE', kind: 'invalid', operation: 'run', subject: `"${command}"`, reason, hint });
  }
}

/** What was thrown is no error of tsnet's: a defect. Code `DAEMON_UNEXPECTED`. */
export class UnexpectedError extends TsnetError {
  constructor(cause: unknown) {
    super({
      code: 'DAEMON_UNEXPECTED',
      kind: 'internal',
      operation: 'go on',
      subject: '',
      reason: cause instanceof Error ? cause.message : String(cause),
      hint: 'This is a defect of tsnet. Set TSNET_DEBUG=1 to see where it happens.',
      cause,
    });
  }
}
