import type { Network } from '@tsnet/core';
import type { AddressFamily, IpPrefix } from '@tsnet/inet';
import type { Flow } from '@tsnet/nftables/foreign';

/** Stands for a link that no rule is about. */
const OUTSIDE = 'OUTSIDE';

/** One side of a flow. */
interface End {
  readonly link: string;
  readonly prefix: IpPrefix | undefined;
}

/**
 * The packets that a network needs forwarded in a family; none where it has no prefix of it.
 *
 * @param seesBridged - frames within a bridge are forwarded as well (br_netfilter).
 */
export function flowsOf(network: Network, family: AddressFamily, seesBridged: boolean): readonly Flow[] {
  const { name, ifName, internal, isolated } = network;
  const prefix = network.subnets.find((subnet) => subnet.prefix.family === family)?.prefix;
  if (prefix === undefined) return [];
  const inside = { link: ifName, prefix };
  return [
    ...(internal ? [] : flowsThroughHost(name, family, inside)),
    ...(isolated || !seesBridged ? [] : [flowOf(name, family, inside, inside, {})]),
  ];
}

function flowsThroughHost(name: string, family: AddressFamily, inside: End): readonly Flow[] {
  const outside = { link: OUTSIDE, prefix: undefined };
  return [
    flowOf(name, family, inside, outside, {}),
    flowOf(name, family, outside, inside, { state: 'established' }),
    flowOf(name, family, outside, inside, { translated: true }),
  ];
}

function flowOf(
  name: string,
  family: AddressFamily,
  from: End,
  to: End,
  { state = 'new', translated = false }: Partial<Pick<Flow, 'state' | 'translated'>>,
): Flow {
  return {
    ...{ name, family, state, translated, accepted: true },
    ...{ inputLink: from.link, outputLink: to.link, source: from.prefix, destination: to.prefix },
  };
}
