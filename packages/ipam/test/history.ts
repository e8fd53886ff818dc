import type { JournalEntry, Operation } from './journal.ts';

/** Who holds what: owners by pool and address. */
export type Holdings = ReadonlyMap<string, string>;

/** The name of a place in {@link Holdings}. */
export function placeOf(poolId: string, address: string): string {
  return `${poolId} ${address}`;
}

/** What the journals of several owners say together. */
export interface History {
  /** Who must hold what now; an operation without an outcome counts as not having happened. */
  readonly holdings: Holdings;
  /** The operation of each owner that has no outcome: it has happened or it has not. */
  readonly pending: ReadonlyMap<string, Operation>;
  /** How many operations took effect. */
  readonly acknowledged: number;
  /** What cannot be: an address leased while held, a release of what the owner did not hold, one revision for two. */
  readonly problems: readonly string[];
}

/** Plays journals through, in the order that the store gave to their operations. */
export function replay(before: Holdings, journals: ReadonlyMap<string, readonly JournalEntry[]>): History {
  const holdings = new Map(before);
  const pending = new Map<string, Operation>();
  const problems: string[] = [];
  const effects = [...journals].flatMap(([owner, entries]) =>
    entries.flatMap(({ operation, outcome }) => {
      if (outcome === undefined) pending.set(owner, operation);
      return outcome === undefined || 'refused' in outcome ? [] : [{ owner, operation, ...outcome }];
    }),
  );
  effects.sort((a, b) => a.revision - b.revision);

  let last = 0;
  for (const { owner, operation, addresses, revision } of effects) {
    if (revision === last) problems.push(`revision ${revision} is that of two operations`);
    last = revision;
    for (const address of addresses) {
      const place = placeOf(operation.poolId, address);
      const holder = holdings.get(place);
      const report = (what: string) =>
        problems.push(`revision ${revision}: ${owner} ${what} ${place}, held by ${holder}`);
      if (operation.verb === 'release') {
        if (holder !== owner) report('released');
        holdings.delete(place);
        continue;
      }
      // A release that was not acknowledged has happened after all when somebody else got the address.
      if (holder !== undefined && !releases(pending.get(holder), place)) report('leased');
      if (operation.address !== undefined && operation.address !== address) report('asked for another than');
      holdings.set(place, owner);
    }
  }
  return { holdings, pending, acknowledged: effects.length, problems };
}

/** Says where the leases in a store are not those of a history. */
export function compare({ holdings, pending }: History, stored: Holdings): readonly string[] {
  const problems: string[] = [];
  for (const [place, owner] of holdings) {
    if (stored.get(place) !== owner && !releases(pending.get(owner), place)) {
      problems.push(`lost: ${place} of ${owner}, now of ${stored.get(place)}`);
    }
  }
  const more = [...stored].filter(([place, owner]) => holdings.get(place) !== owner);
  for (const [place, owner] of more) {
    if (!leases(pending.get(owner), place)) problems.push(`never leased: ${place} of ${owner}`);
  }
  for (const [owner, operation] of pending) {
    const [done, all] =
      operation.verb === 'lease'
        ? [more.filter(([, holder]) => holder === owner).length, operation.count]
        : [
            placesOf(operation).filter((place) => stored.get(place) !== owner).length,
            operation.addresses.length,
          ];
    if (done !== 0 && done !== all)
      problems.push(`torn: ${done} of ${all} in a ${operation.verb} of ${owner}`);
  }
  return problems;
}

function placesOf({ poolId, addresses }: Operation & { readonly verb: 'release' }): readonly string[] {
  return addresses.map((address) => placeOf(poolId, address));
}

function releases(operation: Operation | undefined, place: string): boolean {
  return operation?.verb === 'release' && placesOf(operation).includes(place);
}

function leases(operation: Operation | undefined, place: string): boolean {
  if (operation?.verb !== 'lease') return false;
  const { poolId, address } = operation;
  return address === undefined ? place.startsWith(placeOf(poolId, '')) : place === placeOf(poolId, address);
}
