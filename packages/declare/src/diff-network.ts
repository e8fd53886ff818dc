import { fitsIfName, type Network, type NetworkSpec, type SubnetSpec } from '@tsnet/core';
import type { IpAddress, IpRange } from '@tsnet/inet';
import type { Pool } from '@tsnet/ipam';
import { differenceOf, diffLabels } from './difference.ts';
import type { Difference } from './plan.ts';

/**
 * What of a network is not as wanted; any of it takes another network to change. Where the spec leaves the prefixes open,
 * those that the network has are right.
 */
export function diffNetwork(
  spec: NetworkSpec,
  network: Network,
  pools: ReadonlyMap<string, Pool>,
): readonly Difference[] {
  return [
    ...differenceOf('state', network.state, 'ready'),
    ...differenceOf('driver', network.driver, spec.driver ?? network.driver),
    ...(spec.subnets === undefined ? [] : diffSubnets(spec.subnets, network, pools)),
    ...differenceOf('internal', `${network.internal}`, `${spec.internal ?? false}`),
    ...differenceOf('isolated', `${network.isolated}`, `${spec.isolated ?? false}`),
    ...differenceOf('masquerade', `${network.masquerade}`, `${spec.masquerade ?? true}`),
    ...differenceOf(
      'respectHostFirewall',
      `${network.respectHostFirewall}`,
      `${spec.respectHostFirewall ?? false}`,
    ),
    ...differenceOf('firewall', network.firewall, spec.firewall ?? 'auto'),
    ...differenceOf('mtu', `${network.mtu ?? 'automatic'}`, `${spec.mtu ?? 'automatic'}`),
    ...differenceOf('ifName', network.ifName, spec.ifName ?? defaultIfName(spec.name, network)),
    ...diffLabels(network.labels, spec.labels ?? {}),
  ];
}

/** A network whose name fits no link is given an automatic one, and any of these is right. */
function defaultIfName(name: string, network: Network): string {
  return fitsIfName(name) ? name : network.ifName;
}

/** The order of prefixes counts: addresses come from the first that has some. */
function diffSubnets(
  wanted: readonly SubnetSpec[],
  network: Network,
  pools: ReadonlyMap<string, Pool>,
): readonly Difference[] {
  const prefixes = differenceOf('subnets', prefixesText(network.subnets), prefixesText(wanted));
  if (prefixes.length > 0) return prefixes;
  return wanted.flatMap((subnet, index) => {
    const { prefix, gateway = defaultGateway(subnet), range = prefix.range, exclude } = subnet;
    const is = network.subnets[index];
    const pool = is === undefined ? undefined : pools.get(is.poolId);
    return [
      ...differenceOf(`gateway of ${prefix}`, `${is?.gateway}`, `${gateway}`),
      ...differenceOf(`range of ${prefix}`, `${pool?.range ?? prefix.range}`, `${range}`),
      ...differenceOf(`exclude of ${prefix}`, gapsText(pool?.exclude), gapsText(exclude)),
    ];
  });
}

function prefixesText(subnets: readonly Pick<SubnetSpec, 'prefix'>[]): string {
  return subnets.map(({ prefix }) => `${prefix}`).join(', ');
}

function gapsText(gaps: readonly IpRange[] = []): string {
  const sorted = gaps.toSorted((a, b) => a.first.compare(b.first));
  return sorted.length === 0 ? 'none' : sorted.join(', ');
}

/** A network that is told no gateway takes the first address that is not excluded. */
function defaultGateway({ prefix, exclude = [] }: SubnetSpec): IpAddress {
  let candidate = prefix.first.add(1n);
  for (const gap of exclude.toSorted((a, b) => a.first.compare(b.first))) {
    if (gap.contains(candidate) && !gap.last.equals(prefix.last)) candidate = gap.last.add(1n);
  }
  return candidate;
}
