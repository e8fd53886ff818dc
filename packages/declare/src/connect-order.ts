import type { PortSpec } from '@tsnet/core';

/** What the order of a change that makes or opens something depends on. */
export interface Placement {
  readonly sandbox: string;
  readonly network: string;
  /** It has an address that it was given; undefined where it takes none. */
  readonly address: 'given' | 'chosen' | undefined;
  readonly ports: readonly PortSpec[];
}

/**
 * The order in which endpoints are connected: within a sandbox as they are declared, for the first is preferred on the way
 * out; but nothing is chosen while something that is given has not been taken, be it an address or a host port. Where both
 * cannot be, what is given counts.
 */
export function connectOrder<T extends Placement>(placements: readonly T[]): readonly T[] {
  const left = new Set(placements);
  const order: T[] = [];
  const sandboxes = Map.groupBy(placements, ({ sandbox }) => sandbox);
  const given = tally(placements);
  const take = (placement: T) => {
    left.delete(placement);
    order.push(placement);
    given.remove(placement);
  };
  while (left.size > 0) {
    const before = left.size;
    for (const queue of sandboxes.values()) {
      for (const placement of queue) {
        if (!left.has(placement)) continue;
        if (given.isInTheWayOf(placement)) break;
        take(placement);
      }
    }
    if (left.size < before) continue;
    // Two sandboxes wait for each other.
    const [first] = left;
    take([...left].find((placement) => !given.isInTheWayOf(placement)) ?? (first as T));
  }
  return order;
}

/** Whether a host port is to be chosen. */
export function choosesPort({ ports }: Placement): boolean {
  return ports.some(({ hostPort }) => hostPort === 0);
}

/** Whether a host port is given. */
export function hasGivenPort({ ports }: Placement): boolean {
  return ports.some(({ hostPort }) => hostPort !== 0);
}

function tally(placements: readonly Placement[]) {
  const addresses = new Map<string, number>();
  let ports = 0;
  const count = (placement: Placement, step: number) => {
    const { network, address } = placement;
    if (address === 'given') addresses.set(network, (addresses.get(network) ?? 0) + step);
    if (hasGivenPort(placement) && !choosesPort(placement)) ports += step;
  };
  for (const placement of placements) count(placement, 1);
  return {
    remove: (placement: Placement) => count(placement, -1),
    isInTheWayOf: (placement: Placement) =>
      (placement.address === 'chosen' && (addresses.get(placement.network) ?? 0) > 0) ||
      (choosesPort(placement) && ports > 0),
  };
}
