import type { Engine, Repaired } from '@tsnet/core';
import { carryOut, type Report } from '../carry-out.ts';
import { NothingOnRecordError, throwCollected } from '../errors.ts';
import { problemsFound } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { withEngine } from '../session.ts';

/** `tsnet status` */
export async function showStatus(invocation: Invocation): Promise<number> {
  const found = await withEngine(invocation, ({ engine }) => engine.survey());
  const document = found.map(({ subject, problem, plan }) => ({
    subject,
    problem,
    repair: plan.map((step) => ({ name: step.name, subject: step.subject })),
  }));
  invocation.output.result(document, () =>
    found.length === 0
      ? 'the host has all that is on record, and nothing else of tsnet'
      : found
          .map(({ subject, problem, plan }) => {
            const steps = plan.map((step) => `${step.name} ${step.subject}`).join(', ');
            return `${printable(`${subject}: ${problem}`)}\n  repair: ${printable(steps)}`;
          })
          .join('\n'),
  );
  return found.length === 0 ? 0 : problemsFound;
}

/** `tsnet reconcile`: goes on past failures, and reports all of them. */
export async function reconcile(
  invocation: Invocation,
  { force = false }: { readonly force?: boolean },
): Promise<void> {
  const outcomes = await carryOut(invocation, ({ engine }) => reconcileUnlessLost(engine, force), reportOf);
  const failures = outcomes.filter(({ failure }) => failure !== undefined);
  throwCollected(
    'repair',
    `${failures.length} of ${outcomes.length} findings`,
    failures.map(({ failure }) => failure),
  );
}

/** Where nothing is on record, everything is left over: a state directory that is lost or mistyped looks like that. */
async function reconcileUnlessLost(engine: Engine, force: boolean): Promise<readonly Repaired[]> {
  if (!force && (await engine.listNetworks()).length === 0) {
    const { length } = (await engine.survey()).filter(({ isLeftover }) => isLeftover);
    if (length > 0) throw new NothingOnRecordError(length);
  }
  return engine.reconcile();
}

function reportOf(outcomes: readonly Repaired[]): Report {
  const repaired = outcomes.filter(({ failure }) => failure === undefined);
  return {
    document: repaired.map(documentOf),
    text: () =>
      outcomes.length === 0
        ? 'nothing to repair'
        : repaired.map(({ subject, problem }) => printable(`repaired ${subject}: ${problem}`)).join('\n'),
  };
}

function documentOf({ subject, problem }: Repaired) {
  return { subject, problem };
}
