import { failureOf, type Input, type Output } from '@tsnet/api';
import type { Repaired } from '@tsnet/core';
import { isTsnetError, TsnetError } from '@tsnet/errors';
import type { ChangeContext } from '../change-context.ts';
import { NothingOnRecordError } from '../errors.ts';

/** Compares the host with what is on record. */
export async function getStatus({ engine }: ChangeContext): Promise<Output<'getStatus'>> {
  const found = await engine.survey();
  const [networks, endpoints] = await Promise.all([engine.listNetworks(), engine.listEndpoints()]);
  return {
    findings: found.map(({ subject, problem, isLeftover, plan }) => ({
      subject,
      problem,
      isLeftover,
      repair: plan.map((step) => ({ name: step.name, subject: step.subject })),
    })),
    networks: networks.length,
    endpoints: endpoints.length,
  };
}

/** Where nothing is on record, everything is left over: a state that is lost or mistaken for another looks like that. */
export async function reconcile(
  { engine }: ChangeContext,
  { force = false }: Input<'reconcile'>,
): Promise<Output<'reconcile'>> {
  if (!force && (await engine.listNetworks()).length === 0) {
    const { length } = (await engine.survey()).filter(({ isLeftover }) => isLeftover);
    if (length > 0) throw new NothingOnRecordError(length);
  }
  return (await engine.reconcile()).map(outcomeDocument);
}

/** What came of something that was found wrong. */
export function outcomeDocument({ subject, problem, failure }: Repaired): Output<'reconcile'>[number] {
  return { subject, problem, failure: failure === undefined ? null : failureOf(asTsnetError(failure)) };
}

/** What was thrown, as an error of tsnet: anything else is a defect. */
function asTsnetError(thrown: unknown): TsnetError {
  if (isTsnetError(thrown)) return thrown;
  return new TsnetError({
    code: 'SERVICE_UNEXPECTED',
    kind: 'internal',
    operation: 'repair',
    subject: '',
    reason: thrown instanceof Error ? thrown.message : String(thrown),
    cause: thrown,
  });
}
