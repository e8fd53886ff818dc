import type { Step } from '../plan.ts';

/** A step that would be applied. */
export interface PlannedStep {
  /** What kind of step, stable: `create-veth`. */
  readonly name: string;
  /** What it would act on. */
  readonly subject: string;
  /** The name of what would take it back, should a later step fail; undefined where there is nothing to take back. */
  readonly undo: string | undefined;
}

/** What came of a rehearsal. */
export interface Rehearsal<T> {
  /** What the changes would have returned. */
  readonly result: T;
  /** In the order in which they would be applied. */
  readonly steps: readonly PlannedStep[];
}

/** A step, as it is told of. */
export function plannedStep({ name, subject, undo }: Step): PlannedStep {
  return { name, subject, undo: undo?.name };
}
