import { type Output, ReportedError } from '@tsnet/api';
import { withApi } from '../access/with-api.ts';
import { carryOut, type Report } from '../carry-out.ts';
import { throwCollected } from '../errors.ts';
import { problemsFound } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';

/** `tsnet status` */
export async function showStatus(invocation: Invocation): Promise<number> {
  const { findings } = await withApi(invocation, (api) => api.getStatus());
  invocation.output.result(findings, () =>
    findings.length === 0
      ? 'the host has all that is on record, and nothing else of tsnet'
      : findings
          .map(({ subject, problem, repair }) => {
            const steps = repair.map((step) => `${step.name} ${step.subject}`).join(', ');
            return `${printable(`${subject}: ${problem}`)}\n  repair: ${printable(steps)}`;
          })
          .join('\n'),
  );
  return findings.length === 0 ? 0 : problemsFound;
}

/** `tsnet reconcile`: goes on past failures, and reports all of them. */
export async function reconcile(
  invocation: Invocation,
  { force = false }: { readonly force?: boolean },
): Promise<void> {
  const outcomes = await carryOut(invocation, (change) => change('reconcile', { force }), reportOf);
  const failures = outcomes.flatMap(({ failure }) => (failure === null ? [] : [new ReportedError(failure)]));
  throwCollected('repair', `${failures.length} of ${outcomes.length} findings`, failures);
}

function reportOf(outcomes: Output<'reconcile'>): Report {
  const repaired = outcomes.filter(({ failure }) => failure === null);
  return {
    document: repaired.map(({ subject, problem }) => ({ subject, problem })),
    text: () =>
      outcomes.length === 0
        ? 'nothing to repair'
        : repaired.map(({ subject, problem }) => printable(`repaired ${subject}: ${problem}`)).join('\n'),
  };
}
