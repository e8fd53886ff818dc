import type { EndpointSpec, Engine, NetworkSpec } from '@tsnet/core';
import { ApplyAbortedError, ApplyError, type Outcome, PlanConflictsError } from './errors.ts';
import type { Sight } from './observed.ts';
import { createOwnSandbox, deleteOwnSandbox } from './own-sandbox.ts';
import type { Change, Plan } from './plan.ts';
import { type Hands, planTasks } from './plan-tasks.ts';
import { runTasks, type TaskEnd } from './run-tasks.ts';

/** How many changes run side by side unless it is said otherwise. */
const LIMIT = 8;

/** A change of a plan has ended. */
export interface Progress {
  readonly change: Change;
  readonly end: TaskEnd['kind'];
  /** How many have ended, this one among them. */
  readonly ended: number;
  readonly total: number;
}

/** How a plan is applied. */
export interface ApplyOptions extends Sight {
  /** Over the same host and store. */
  readonly engine: Engine;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** How many changes run side by side, at most; 8 by default. */
  readonly limit?: number;
  /** Once it fires, no part of the plan is begun any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Carries out a plan. Changes that do not need each other run side by side; one that fails stops none but those that need
 * it. Each is done as a whole or not at all, also when the process is killed. Needs what {@link Engine} needs.
 *
 * @returns the changes, in the order in which they were done.
 * @throws {@link PlanConflictsError} before anything is done; {@link ApplyError} with all that failed;
 * {@link ApplyAbortedError}.
 */
export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<readonly Change[]> {
  const { project, changes, conflicts } = plan;
  const { onProgress, limit = LIMIT, signal } = options;
  if (conflicts.length > 0) throw new PlanConflictsError(project, conflicts);
  const { tasks, names } = planTasks(plan, handsOf(project, options));
  const tally = new Tally(changes, names, onProgress);
  await runTasks(tasks, { limit, signal, onEnd: ({ name }, end) => tally.count(name, end) });
  const { outcome } = tally;
  if (outcome.failed.length > 0) throw new ApplyError(project, outcome);
  if (outcome.skipped.length > 0) throw new ApplyAbortedError(project, outcome, signal?.reason);
  return outcome.done;
}

/** What has become of each change, by what has become of its tasks. */
class Tally {
  readonly #total: number;
  readonly #byTask = new Map<string, Change[]>();
  readonly #left = new Map<Change, number>();
  readonly #onProgress: ApplyOptions['onProgress'];
  readonly #done: Change[] = [];
  readonly #failed: { readonly change: Change; readonly error: unknown }[] = [];
  readonly #skipped: Change[] = [];

  constructor(
    changes: readonly Change[],
    names: ReadonlyMap<Change, readonly string[]>,
    onProgress: ApplyOptions['onProgress'],
  ) {
    this.#total = changes.length;
    this.#onProgress = onProgress;
    for (const [change, own] of names) {
      this.#left.set(change, own.length);
      for (const name of own) this.#byTask.set(name, [...(this.#byTask.get(name) ?? []), change]);
    }
  }

  get outcome(): Outcome {
    return { done: this.#done, failed: this.#failed, skipped: this.#skipped };
  }

  count(task: string, end: TaskEnd): void {
    for (const [index, change] of (this.#byTask.get(task) ?? []).entries()) {
      const left = (this.#left.get(change) ?? 0) - 1;
      // What did not end well has ended, whatever else it would have done.
      if (left < 0 || (left > 0 && end.kind === 'done')) {
        this.#left.set(change, left);
        continue;
      }
      this.#left.set(change, 0);
      if (end.kind === 'done') this.#done.push(change);
      // What goes along with something else has failed with it, for the same reason.
      else if (end.kind === 'failed' && index === 0) this.#failed.push({ change, error: end.error });
      else this.#skipped.push(change);
      const ended = this.#done.length + this.#failed.length + this.#skipped.length;
      this.#onProgress?.({ change, end: end.kind, ended, total: this.#total });
    }
  }
}

/** What the engine does for each part of a plan. */
function handsOf(project: string, options: ApplyOptions): Hands {
  const { engine } = options;
  return {
    createNetwork: async ({ spec }: { readonly spec: NetworkSpec }) => {
      await engine.createNetwork(spec);
    },
    removeNetwork: async ({ current: { id, state } }) => {
      await ignoringGone(engine.deleteNetwork(id, { force: state !== 'ready' }));
    },
    createSandbox: (name) => createOwnSandbox(project, name, options),
    removeSandbox: (name) => deleteOwnSandbox(name, options),
    connect: async (spec: EndpointSpec) => {
      await engine.connect(spec);
    },
    disconnect: async ({ current: { id, state } }) => {
      await ignoringGone(engine.disconnect(id, { force: state !== 'ready' }));
    },
    open: async ({ current, open }) => {
      await engine.publish(current.id, open);
    },
    close: async ({ current, close }) => {
      await engine.unpublish(current.id, close);
    },
  };
}

/** Something that is gone meanwhile is as it should be. */
async function ignoringGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const gone = ['CORE_NETWORK_NOT_FOUND', 'CORE_ENDPOINT_NOT_FOUND'];
    if (!(error instanceof Error && 'code' in error && gone.includes(String(error.code)))) throw error;
  }
}
