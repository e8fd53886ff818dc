import { UndoError } from './errors.ts';
import { attemptAll, throwTogether } from './failures.ts';

/**
 * One thing to be done to the kernel or the firewall, with its own undo. Steps are made before anything is
 * touched, so that a plan can be printed first.
 */
export interface Step {
  /** What kind of step, stable: `create-veth`. */
  readonly name: string;
  /** What it acts on: `eth0 of web`. */
  readonly subject: string;
  apply(): void | Promise<void>;
  /**
   * Throws, as `apply` would, what is in its way on the host before any step of the plan; changes nothing. A rehearsal asks
   * for it, in which `apply` does not run.
   */
  check?(): void;
  /** Takes back what `apply` did; applied only when that succeeded. */
  readonly undo?: Undo;
  /**
   * It changes nothing but records and names of namespaces, of which a rehearsal has its own, or goes through plans of its
   * own: a rehearsal applies it too, since what comes later builds on it.
   */
  readonly isRehearsable?: boolean;
}

/** What takes a step back, by a name of the same kind: `delete-veth`. */
export interface Undo {
  readonly name: string;
  apply(): void | Promise<void>;
}

/** Steps in the order in which they are applied. */
export type Plan = readonly Step[];

/** Told of each step that was applied. When it throws, the step counts as failed, and is undone with the others. */
export type StepObserver = (step: Step, milliseconds: number) => void;

/**
 * Applies a plan. When a step fails, those before it are undone, last first, and the failure is thrown: as
 * it is, or inside an {@link UndoError} when undoing failed too.
 */
export async function applyPlan(plan: Plan, onStep?: StepObserver): Promise<void> {
  const done: Step[] = [];
  try {
    for (const step of plan) {
      await applyStep(step, (milliseconds) => {
        done.push(step);
        onStep?.(step, milliseconds);
      });
    }
  } catch (failure) {
    const others = await attemptAll(done.reverse().map((step) => () => step.undo?.apply()));
    throw others.length === 0 ? failure : withOthers(failure, others);
  }
}

/** One error of all: the step that failed may not have been undone either. */
function withOthers(failure: unknown, others: readonly unknown[]): UndoError {
  if (failure instanceof UndoError) return new UndoError(failure.cause, [...failure.errors, ...others]);
  return new UndoError(failure, others);
}

/**
 * Applies every step of a plan even when some fail, and reports all failures together.
 *
 * @throws the failure itself when there is one; {@link TeardownError} when there are several.
 */
export async function tearDown(subject: string, plan: Plan, onStep?: StepObserver): Promise<void> {
  const failures = await attemptAll(
    plan.map((step) => () => applyStep(step, (milliseconds) => onStep?.(step, milliseconds))),
  );
  throwTogether(subject, failures);
}

async function applyStep(step: Step, applied: (milliseconds: number) => void): Promise<void> {
  const start = performance.now();
  const pending = step.apply();
  if (pending !== undefined) await pending;
  applied(performance.now() - start);
}
