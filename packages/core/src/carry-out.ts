import type { EngineContext } from './context.ts';
import type { Network } from './model/network.ts';
import { applyPlan, type Plan, tearDown } from './plan.ts';
import { isPlanned } from './rehearsal/planned-id.ts';
import { rehearsalOf } from './rehearsal/rehearsal-of.ts';

/** Applies a plan, or rehearses it: see {@link applyPlan}. */
export function carryOut(context: EngineContext, plan: Plan): Promise<void> {
  return applyPlan(staged(context, plan), context.onStep);
}

/** Throws what would keep a plan on a network from being applied, in a rehearsal: see {@link Step.check}. */
export function checkPlan({ isRehearsal }: EngineContext, { id }: Network, plan: Plan): void {
  // A network that is rehearsed itself is not there to be looked at.
  if (isRehearsal && !isPlanned(id)) for (const step of plan) step.check?.();
}

/** Applies every step of a plan, or rehearses them: see {@link tearDown}. */
export function takeDown(context: EngineContext, subject: string, plan: Plan): Promise<void> {
  return tearDown(subject, staged(context, plan), context.onStep);
}

function staged({ isRehearsal }: EngineContext, plan: Plan): Plan {
  return isRehearsal ? rehearsalOf(plan) : plan;
}
