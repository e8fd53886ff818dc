import type { Transaction } from '@tsnet/ipam';
import { type EngineContext, inSnapshot } from '../../context.ts';
import { isAbandoned } from '../../journal/journal.ts';
import { findOperation } from '../../journal/operation.ts';
import { findEndpoint } from '../../records/endpoint-record.ts';
import { keys } from '../../records/keys.ts';
import { findNetwork } from '../../records/network-record.ts';

/**
 * How a network or endpoint stands on record: `ready`, or another operation is at it, or it is not to be looked at.
 * The text is that of the record.
 */
export type Standing =
  | { readonly is: 'ready'; readonly text: string }
  | { readonly is: 'busy' }
  | { readonly is: 'unwanted' };

/** How each of some networks and endpoints stands, at one moment. */
export function readStandings(
  context: EngineContext,
  owners: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  return inSnapshot(context, async (tx) => {
    const standings = new Map<string, Standing>();
    for (const owner of owners) standings.set(owner, await readStanding(context, tx, owner));
    return standings;
  });
}

async function readStanding(context: EngineContext, tx: Transaction, owner: string): Promise<Standing> {
  const [endpoint, network] = await tx.getMany([keys.endpoint(owner), keys.network(owner)]);
  const value = endpoint ?? network;
  if (value === undefined) return { is: 'unwanted' };
  const record = (await findEndpoint(tx, owner)) ?? (await findNetwork(tx, owner));
  if (record?.state !== 'ready') return { is: 'unwanted' };
  const operation = await findOperation(tx, owner);
  if (operation !== undefined && !isAbandoned(context, operation)) return { is: 'busy' };
  return { is: 'ready', text: String(value) };
}
