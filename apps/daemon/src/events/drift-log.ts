import type { Event } from '@tsnet/api';
import { type Store, type StoreChange, storeKey, storePrefix, transact } from '@tsnet/ipam';

/** Something of drift that is told of: what was found, repaired, or could not be. */
export type DriftEvent = Pick<Extract<Event, { readonly type: `drift.${string}` }>, 'type' | 'data'>;

/** How many of them are kept. */
const SLOTS = 256;
const PREFIX = storePrefix('drift');
const NEXT = storeKey('drift-next');

/**
 * Keeps what was found of drift in the store, the newest of it, where everything else is that events tell of: so they have
 * ids and an order with the others, and can be resumed over a restart.
 */
export async function logDrift(store: Store, events: readonly DriftEvent[]): Promise<void> {
  await transact(store, async (tx) => {
    let next = Number((await tx.get(NEXT)) ?? 0);
    for (const event of events) {
      tx.put(storeKey('drift', String(next % SLOTS).padStart(3, '0')), JSON.stringify(event));
      next += 1;
    }
    tx.put(NEXT, String(next));
  });
}

/** The event in the change of a key; none where it is about something else. */
export function readDriftChange({ key, value }: StoreChange): readonly DriftEvent[] {
  return key.startsWith(PREFIX) && value !== undefined ? [JSON.parse(String(value)) as DriftEvent] : [];
}
