import type { Plan } from '../plan.ts';

/** The same plan, but for what it would do outside of a rehearsal. */
export function rehearsalOf(plan: Plan): Plan {
  return plan.map((step) => {
    if (step.isRehearsable) return step;
    const { name, subject, undo } = step;
    return {
      ...{ name, subject, apply: nothing },
      ...(undo === undefined ? {} : { undo: { name: undo.name, apply: nothing } }),
    };
  });
}

function nothing(): void {}
