import { type ErrorKind, exitCodeOf as exitCodeOfKind, exitCodes } from '@tsnet/errors';
import { CommandNotExecutableError, CommandNotFoundError } from './errors.ts';

/** The exit code of `tsnet doctor` and `tsnet status` where something is wrong with the host: no error, and no success. */
export const problemsFound = 13;

/** The exit code of `tsnet diff` where there is something to do: no error, and no success. */
export const differs = 14;

/** What each kind means to the reader, in a few words. */
const meanings: Readonly<Record<ErrorKind, string>> = {
  internal: 'a defect, or a failure that nothing else describes',
  invalid: 'the command line or a value in it makes no sense',
  'not-found': 'the named thing does not exist',
  permission: 'a privilege is missing',
  'already-exists': 'the name is taken',
  conflict: 'it clashes with something that exists',
  'in-use': 'it still has users',
  exhausted: 'no address, port or prefix is left',
  unsupported: 'this kernel or host cannot do it',
  unavailable: 'it cannot be reached now; try again',
  corrupt: 'the stored state cannot be understood',
  aborted: 'it was cancelled',
};

/** The exit code for whatever was thrown. Shells have codes of their own for a command that cannot be run. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandNotFoundError) return 127;
  if (error instanceof CommandNotExecutableError) return 126;
  return exitCodeOfKind(error);
}

/** The exit codes as text, one line each: `  2  invalid         …`. */
export function describeExitCodes(): string {
  const lines = Object.entries(exitCodes).map(([kind, code]) => {
    return `  ${String(code).padStart(3)}  ${kind.padEnd(14)}  ${meanings[kind as ErrorKind]}`;
  });
  return [
    '    0  success',
    ...lines,
    `   ${problemsFound}  tsnet doctor or tsnet status has found a problem`,
    `   ${differs}  tsnet diff has found something to do`,
  ].join('\n');
}
