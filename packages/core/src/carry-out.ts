import type { EngineContext } from './context.ts';
import { applyPlan, type Plan, tearDown } from './plan.ts';
import { rehearsalOf } from './rehearsal/rehearsal-of.ts';

/** Applies a plan, or rehearses it: see {@link applyPlan}. */
export function carryOut(context: EngineContext, plan: Plan): Promise<void> {
  return applyPlan(staged(context, plan), context.onStep);
}

/** Applies every step of a plan, or rehearses them: see {@link tearDown}. */
export function takeDown(context: EngineContext, subject: string, plan: Plan): Promise<void> {
  return tearDown(subject, staged(context, plan), context.onStep);
}

function staged({ isRehearsal }: EngineContext, plan: Plan): Plan {
  return isRehearsal ? rehearsalOf(plan) : plan;
}
