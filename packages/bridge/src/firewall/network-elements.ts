import type { Network } from '@tsnet/core';
import { type NftElement, nftValue } from '@tsnet/nftables';
import type { SetElements } from './firewall-table.ts';
import { sets } from './sets.ts';

/** What keeps what is not meant for a network away from it. */
export function guardElement(network: Network): SetElements {
  const bridge = nftValue.link(network.ifName);
  return { set: sets.networks, elements: [{ key: [bridge], data: [nftValue.jump('to_network')] }] };
}

/** What makes the rules apply to a network's bridge. */
export function networkElements(network: Network): readonly SetElements[] {
  const bridge = nftValue.link(network.ifName);
  const alone: NftElement = { key: [bridge] };
  const withItself: NftElement = { key: [bridge, bridge] };
  return [
    guardElement(network),
    { set: sets.bridges, elements: [alone] },
    ...network.subnets.map(({ prefix: { address, family, length } }) => ({
      set: sets[family].subnets,
      elements: [{ key: [bridge, nftValue.prefix(`${address}`, length)] }],
    })),
    ...(network.isolated ? [] : [{ set: sets.pairs, elements: [withItself] }]),
    ...(network.internal ? [{ set: sets.internal, elements: [alone] }] : []),
    ...(network.masquerade && !network.internal ? [{ set: sets.masqueraded, elements: [alone] }] : []),
  ];
}
