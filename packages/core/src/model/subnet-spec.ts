import type { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import { InvalidNetworkError } from '../errors.ts';
import type { SubnetSpec } from './network.ts';

/** Settings of subnets as a command line gives them: each belongs to the prefix that holds it. */
export interface FlatSubnetOptions {
  readonly prefixes: readonly IpPrefix[];
  readonly gateways: readonly IpAddress[];
  readonly ranges: readonly IpRange[];
  readonly exclude: readonly IpRange[];
}

/**
 * Sorts gateways, ranges and exclusions to the prefixes that hold them.
 *
 * @param network - its name, for messages.
 * @throws {@link InvalidNetworkError} for one that no prefix holds, and for a second gateway or range of one.
 */
export function groupSubnets(network: string, options: FlatSubnetOptions): readonly SubnetSpec[] {
  const { prefixes, gateways, ranges, exclude } = options;
  for (const [what, values] of [
    ['gateway', gateways],
    ['range', ranges],
    ['exclusion', exclude],
  ] as const) {
    for (const value of values) {
      if (prefixes.some((prefix) => holds(prefix, value))) continue;
      const reason = `${what} ${value} lies in none of its prefixes`;
      throw new InvalidNetworkError(network, reason, 'Give the prefix that holds it too.');
    }
  }
  return prefixes.map((prefix) => {
    const gateway = atMostOne(network, prefix, 'gateways', gateways);
    const range = atMostOne(network, prefix, 'ranges', ranges);
    return {
      prefix,
      ...(gateway === undefined ? {} : { gateway }),
      ...(range === undefined ? {} : { range }),
      exclude: exclude.filter((gap) => holds(prefix, gap)),
    };
  });
}

function atMostOne<T extends IpAddress | IpRange>(
  network: string,
  prefix: IpPrefix,
  what: string,
  values: readonly T[],
): T | undefined {
  const [first, second] = values.filter((value) => holds(prefix, value));
  if (second !== undefined)
    throw new InvalidNetworkError(network, `${prefix} has two ${what}, ${first} and ${second}`);
  return first;
}

function holds(prefix: IpPrefix, value: IpAddress | IpRange): boolean {
  return prefix.range.contains(value);
}
