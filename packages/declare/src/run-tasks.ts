import { setImmediate } from 'node:timers/promises';

/** One piece of work among others. */
export interface Task {
  readonly name: string;
  /** Tasks that have to succeed before this one begins; when one does not, this one is left out. */
  readonly needs: readonly string[];
  /** Tasks that have to be over before this one begins, however they end. */
  readonly after: readonly string[];
  run(): void | Promise<void>;
}

/** How a task ended. */
export type TaskEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'skipped' };

/** How tasks are run. */
export interface RunTasksOptions {
  /** How many at once, at most. */
  readonly limit: number;
  /** Told when a task ends. */
  readonly onEnd?: (task: Task, end: TaskEnd) => void;
  /** Once it fires, no task begins any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs tasks side by side, each when those before it are over. It never throws: one that fails stops none but those that
 * need it. Tasks that wait for themselves, in whatever way, or for what is not there, are a defect of the caller.
 *
 * @param tasks - those that begin first come first.
 */
export async function runTasks(tasks: readonly Task[], options: RunTasksOptions): Promise<void> {
  const { limit, onEnd, signal } = options;
  const ends = new Map<string, TaskEnd>();
  const waiting = new Map(tasks.map((task) => [task.name, new Set([...task.needs, ...task.after])]));
  const followers = new Map<string, Task[]>();
  for (const task of tasks) {
    for (const name of waiting.get(task.name) ?? []) {
      const others = followers.get(name);
      if (others === undefined) followers.set(name, [task]);
      else others.push(task);
    }
  }
  const ready = tasks.filter(({ name }) => waiting.get(name)?.size === 0);
  const running = new Set<Promise<void>>();
  const finish = (task: Task, end: TaskEnd) => {
    ends.set(task.name, end);
    onEnd?.(task, end);
    for (const follower of followers.get(task.name) ?? []) {
      const left = waiting.get(follower.name);
      left?.delete(task.name);
      if (left?.size === 0) ready.push(follower);
    }
  };
  const start = (task: Task) => {
    const isMissing = task.needs.some((name) => ends.get(name)?.kind !== 'done');
    if (isMissing || signal?.aborted) return finish(task, { kind: 'skipped' });
    const work = attempt(task).then((end) => {
      running.delete(work);
      finish(task, end);
    });
    running.add(work);
  };
  for (;;) {
    while (running.size < limit) {
      const next = ready.shift();
      if (next === undefined) break;
      start(next);
    }
    if (running.size === 0) return;
    await Promise.race(running);
    // Tasks that wait for nothing would leave signals, which stop all of this, no turn.
    await setImmediate();
  }
}

async function attempt(task: Task): Promise<TaskEnd> {
  try {
    await task.run();
    return { kind: 'done' };
  } catch (error) {
    return { kind: 'failed', error };
  }
}
