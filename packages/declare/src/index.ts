/**
 * Networks, sandboxes, endpoints and published ports from a YAML file: checked, compared with what there is, applied.
 *
 * ```ts
 * import { formatExposure, observe, parseDeclaration, planApply, subjectOf } from '@tsnet/declare';
 *
 * const declaration = parseDeclaration(text, { file: 'shop.yaml' });
 * const plan = planApply(declaration, await observe({ host, store }, declaration));
 * for (const change of plan.changes) console.log(change.verb, subjectOf(change));
 * for (const exposure of plan.exposures) console.log(formatExposure(exposure));
 * await applyPlan(plan, { engine, host, store });
 * ```
 *
 * @packageDocumentation
 */
export {
  type ApplyDeclarationOptions,
  applyDeclaration,
  destroyDeclaration,
} from './apply-declaration.ts';
export { type ApplyOptions, applyPlan, type Progress } from './apply-plan.ts';
export { declarationSchema } from './check-schema.ts';
export {
  type Declaration,
  type DeclaredEndpoint,
  type DeclaredNetwork,
  type DeclaredSandbox,
  projectLabel,
} from './declaration.ts';
export { formatDifference } from './difference.ts';
export {
  ApplyAbortedError,
  ApplyError,
  ConflictError,
  DeclarationProblemError,
  InvalidDeclarationError,
  type Outcome,
  PlanConflictsError,
  ProjectBusyError,
} from './errors.ts';
export { type Exposure, formatExposure } from './exposure.ts';
export { planApply, planDestroy } from './make-plan.ts';
export { type Observed, type ObservedSandbox, observe, type Sight } from './observed.ts';
export { type DeclarationSource, parseDeclaration } from './parse-declaration.ts';
export {
  type Change,
  type Conflict,
  type Difference,
  type EndpointChange,
  type NetworkChange,
  type Plan,
  type SandboxChange,
  subjectOf,
} from './plan.ts';
export type { Problem } from './problem.ts';
export type { TaskEnd } from './run-tasks.ts';
export type { FieldPath, Position } from './yaml-file.ts';
