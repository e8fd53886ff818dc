import type { ErrorKind } from './kind.ts';
import { isTsnetError } from './tsnet-error.ts';

/** The exit code that every program of tsnet gives each kind of error; 0 is success. */
export const exitCodes: Readonly<Record<ErrorKind, number>> = {
  internal: 1,
  invalid: 2,
  'not-found': 3,
  permission: 4,
  'already-exists': 5,
  conflict: 6,
  'in-use': 7,
  exhausted: 8,
  unsupported: 9,
  unavailable: 10,
  corrupt: 11,
  aborted: 12,
};

/** The exit code for whatever was thrown: what is no error of tsnet's is a defect. */
export function exitCodeOf(thrown: unknown): number {
  return isTsnetError(thrown) ? (exitCodes[thrown.kind] ?? exitCodes.internal) : exitCodes.internal;
}
