import type { Api, Input, Output } from '@tsnet/api';
import { type ChangeContext, changesOf } from '../change-context.ts';

/** Carries changes out on a copy, one after another; the first that is refused refuses the plan. */
export async function planWith(
  { engine, now }: ChangeContext,
  { changes }: Input<'plan'>,
  apiOf: (context: ChangeContext) => Api,
): Promise<Output<'plan'>> {
  const { result, steps } = await engine.rehearse(async (rehearsal, records) => {
    const api = apiOf(changesOf(rehearsal, records, now));
    const results: unknown[] = [];
    for (const { operation, input } of changes) results.push(await api[operation](input as never));
    return results;
  });
  return {
    results: result,
    steps: steps.map(({ name, subject, undo }) => ({ name, subject, undo: undo ?? null })),
  };
}
