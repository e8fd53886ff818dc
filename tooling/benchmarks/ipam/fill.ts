import type { Options } from './options.ts';

/** A pool, and how much of it is taken when the measuring begins. */
export interface Fill {
  readonly prefix: string;
  readonly taken: number;
  /** As tables name it. */
  readonly name: string;
}

/** The id of the pool that every store of this benchmark has. */
export const POOL = 'bench';

/** Every fill to measure, the emptiest first. */
export function fillsOf({ points, ipv6, largest }: Options): readonly Fill[] {
  return [
    ...points.map((taken) => fillOf('10.0.0.0/16', taken)),
    ...(ipv6 === 0 ? [] : [fillOf('fd00::/64', ipv6)]),
    ...(largest === 0 ? [] : [fillOf('10.0.0.0/8', largest)]),
  ];
}

function fillOf(prefix: string, taken: number): Fill {
  return { prefix, taken, name: `${taken.toLocaleString('en')} in a ${prefix.slice(prefix.indexOf('/'))}` };
}
