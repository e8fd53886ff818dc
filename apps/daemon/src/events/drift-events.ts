import { isTsnetError } from '@tsnet/errors';
import type { Records } from '@tsnet/service/records';
import type { DriftNotice } from '../host-thread/messages.ts';
import type { DriftEvent } from './drift-log.ts';

/** What was found of damage, or came of it, as events. */
export async function driftEvents(notice: DriftNotice, records: Records): Promise<readonly DriftEvent[]> {
  const events: DriftEvent[] = [];
  if (notice.type === 'found') {
    for (const { subject, problem, owner } of notice.findings)
      events.push({
        type: 'drift.found',
        data: { subject, problem, network: await networkOf(owner, records) },
      });
    return events;
  }
  for (const { subject, problem, owner, failure } of notice.outcomes) {
    const data = { subject, problem, network: await networkOf(owner, records) };
    if (failure === null) events.push({ type: 'drift.repaired', data });
    else events.push({ type: 'drift.failed', data: { ...data, failure } });
  }
  return events;
}

/** The name of the network that an owner is, or is an endpoint of; null where that cannot be told. */
async function networkOf(owner: string | undefined, records: Records): Promise<string | null> {
  if (owner === undefined) return null;
  const endpoint = await ifThere(records.getEndpoint({ endpoint: owner }));
  return endpoint?.network ?? (await ifThere(records.getNetwork({ network: owner })))?.name ?? null;
}

async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isTsnetError(error) && error.kind === 'not-found') return undefined;
    throw error;
  }
}
