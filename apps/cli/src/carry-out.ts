import type { Api, Input, Output, PlannedChange, PlannedName, StepDocument } from '@tsnet/api';
import { withApi } from './access/with-api.ts';
import type { Invocation } from './invocation.ts';
import { rehearsalDocument, rehearsalText } from './views/rehearsal-view.ts';

/** What a command prints of its result. */
export interface Report {
  readonly document: unknown;
  readonly text: () => string;
}

/** Carries out one change of a command. */
export type Change = <O extends PlannedName>(operation: O, input: Input<O>) => Promise<Output<O>>;

/**
 * Carries out changes and prints their report, if there is one. With `--dry-run` they are planned: what is printed is the
 * steps, with the same report. Returns what `body` does.
 */
export async function carryOut<T>(
  invocation: Invocation,
  body: (change: Change) => Promise<T>,
  report: (value: T) => Report | undefined,
): Promise<T> {
  const { command, dryRun, output } = invocation;
  const { value, steps } = await withApi(invocation, async (api) => {
    const rehearsal = new Rehearsal(api);
    const change: Change = dryRun
      ? (operation, input) => rehearsal.plan(operation, input)
      : (operation, input) => api[operation](input as never) as Promise<never>;
    return { value: await body(change), steps: rehearsal.steps };
  });
  const said = report(value);
  if (said === undefined) return value;
  const { document, text } = said;
  if (dryRun) output.result(rehearsalDocument(steps, document), () => rehearsalText(command, steps, text()));
  else output.result(document, text);
  return value;
}

/** Changes that are planned one after another: each plan begins with those before it, since nothing is kept of a plan. */
class Rehearsal {
  readonly #api: Api;
  #changes: readonly PlannedChange[] = [];
  steps: readonly StepDocument[] = [];

  constructor(api: Api) {
    this.#api = api;
  }

  async plan<O extends PlannedName>(operation: O, input: Input<O>): Promise<Output<O>> {
    const changes = [...this.#changes, { operation, input } as unknown as PlannedChange];
    const { steps, results } = await this.#api.plan({ changes });
    // What is refused is no part of the plan.
    this.#changes = changes;
    this.steps = steps;
    return results.at(-1) as Output<O>;
  }
}
