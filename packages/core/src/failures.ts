import { TeardownError, UndoError } from './errors.ts';

/** Runs all of the actions, one after the other, also when some fail; returns what they threw. */
export async function attemptAll(
  actions: readonly (() => void | Promise<void>)[],
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const action of actions) {
    try {
      await action();
    } catch (failure) {
      failures.push(failure);
    }
  }
  return failures;
}

/**
 * Takes back what a step did before it failed, and throws why: as it is, or inside an {@link UndoError} when that failed
 * too, so that what is left stays on record.
 */
export function takeBack(failure: unknown, undo: () => void): never {
  try {
    undo();
  } catch (other) {
    throw new UndoError(failure, [other]);
  }
  throw failure;
}

/** Throws failures that were collected: one as it is, several as a {@link TeardownError}. */
export function throwTogether(subject: string, failures: readonly unknown[]): void {
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new TeardownError(subject, failures);
}
