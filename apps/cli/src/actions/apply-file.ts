import {
  type ApplyDeclarationOptions,
  ApplyError,
  applyDeclaration,
  type Change,
  type Declaration,
  destroyDeclaration,
  type Observed,
  observe,
  type Plan,
  PlanConflictsError,
  planApply,
  planDestroy,
} from '@tsnet/declare';
import { throwCollected } from '../errors.ts';
import { differs } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { type ProgressTeller, tellProgress } from '../output/progress.ts';
import { readDeclaration } from '../parse/declaration-file.ts';
import { withEngine, withHost } from '../session.ts';
import { changeDocument, countsText, planDocument, planText } from '../views/plan-view.ts';

interface FileOptions {
  readonly file: string;
  readonly dryRun?: boolean;
}

type MakePlan = (declaration: Declaration, observed: Observed) => Plan;
type CarryOut = (declaration: Declaration, options: ApplyDeclarationOptions) => Promise<readonly Change[]>;

/** `tsnet apply` */
export async function applyFile(invocation: Invocation, { file, dryRun }: FileOptions): Promise<void> {
  const declaration = await readDeclaration(file);
  if (dryRun) await printPlan(invocation, declaration, planApply);
  else await carryOut(invocation, declaration, applyDeclaration, true);
}

/** `tsnet diff` */
export async function diffFile(invocation: Invocation, { file }: FileOptions): Promise<number> {
  const { changes } = await printPlan(invocation, await readDeclaration(file), planApply);
  return changes.length > 0 ? differs : 0;
}

/** `tsnet destroy` */
export async function destroyFile(invocation: Invocation, { file, dryRun }: FileOptions): Promise<void> {
  const declaration = await readDeclaration(file);
  if (dryRun) await printPlan(invocation, declaration, planDestroy);
  else await carryOut(invocation, declaration, destroyDeclaration, false);
}

async function printPlan(
  invocation: Invocation,
  declaration: Declaration,
  makePlan: MakePlan,
): Promise<Plan> {
  const plan = await withHost(invocation, async (sight) =>
    makePlan(declaration, await observe(sight, declaration)),
  );
  invocation.output.result(planDocument(plan), () => planText(plan));
  if (plan.conflicts.length > 0) throwConflicts(plan.project, plan);
  return plan;
}

async function carryOut(
  invocation: Invocation,
  declaration: Declaration,
  run: CarryOut,
  createStore: boolean,
): Promise<void> {
  const { output } = invocation;
  const { project } = declaration;
  let progress: ProgressTeller | undefined;
  const endProgress = () => {
    progress?.[Symbol.dispose]();
    progress = undefined;
  };
  using _ = { [Symbol.dispose]: endProgress };
  const onPlan = (plan: Plan) => {
    if (plan.changes.length === 0) return;
    output.remark({ plan: planDocument(plan) }, () => planText(plan));
    if (plan.conflicts.length === 0) progress = tellProgress(invocation, plan.changes.length);
  };
  const report = (done: readonly Change[]) => {
    endProgress();
    output.result({ project, done: done.map(changeDocument) }, () => {
      return `project ${project}: ${countsText(done, 'participle')}`;
    });
  };
  await withEngine(
    invocation,
    async ({ engine, host, store, signals }) => {
      try {
        const onProgress: ApplyDeclarationOptions['onProgress'] = (step) => progress?.tell(step);
        report(await run(declaration, { engine, host, store, onPlan, onProgress, signal: signals.signal }));
      } catch (error) {
        if (error instanceof PlanConflictsError) throwCollected('apply project', project, error.errors);
        if (!(error instanceof ApplyError)) throw error;
        if (error.done.length > 0) report(error.done);
        const failures = error.failed.map((failure) => failure.error);
        throwCollected('apply project', project, failures);
      }
    },
    { createStore },
  );
}

function throwConflicts(project: string, { conflicts }: Plan): void {
  throwCollected('apply project', project, new PlanConflictsError(project, conflicts).errors);
}
