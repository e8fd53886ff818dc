import { Inventory } from '@tsnet/core';
import { type ApplyOptions, applyPlan } from './apply-plan.ts';
import type { Declaration } from './declaration.ts';
import { planApply, planDestroy } from './make-plan.ts';
import { type Observed, observe, type Sight } from './observed.ts';
import type { Change, Plan } from './plan.ts';
import { inTurn } from './project-turn.ts';

/** How a declaration is applied. */
export interface ApplyDeclarationOptions extends ApplyOptions {
  /** Told of the plan before any of it is done. */
  readonly onPlan?: (plan: Plan) => void;
}

/**
 * Makes what there is what a declaration says. When it is so already, nothing is touched. Runs of one project wait for each
 * other.
 *
 * @returns what was done. @throws as {@link applyPlan} does; {@link ProjectBusyError}
 */
export function applyDeclaration(
  declaration: Declaration,
  options: ApplyDeclarationOptions,
): Promise<readonly Change[]> {
  return carryOut(planApply, declaration, options);
}

/**
 * Takes down what a declaration names and its project made. What is gone already is no failure.
 *
 * @returns what was done. @throws as {@link applyDeclaration} does.
 */
export function destroyDeclaration(
  declaration: Declaration,
  options: ApplyDeclarationOptions,
): Promise<readonly Change[]> {
  return carryOut(planDestroy, declaration, options);
}

function carryOut(
  makePlan: (declaration: Declaration, observed: Observed) => Plan,
  declaration: Declaration,
  options: ApplyDeclarationOptions,
): Promise<readonly Change[]> {
  return inTurn(declaration.project, options, async () => {
    // What others have left half-done is ended first, so that the plan is not about it; what cannot be is in the way of
    // what it concerns alone.
    await options.engine.recover().catch(() => undefined);
    if (await isAfterReboot(options)) await options.engine.reconcile();
    const plan = makePlan(declaration, await observe(options, declaration));
    options.onPlan?.(plan);
    return applyPlan(plan, options);
  });
}

/** Networks come back with the engine's first change after a reboot, which an empty plan would not have. */
async function isAfterReboot({ host, store }: Sight): Promise<boolean> {
  const networks = await new Inventory(store).listNetworks();
  return networks.some(({ bootId }) => bootId !== host.bootId);
}
