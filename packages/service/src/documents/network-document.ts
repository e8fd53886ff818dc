import type { NetworkDocument } from '@tsnet/api';
import type { Network } from '@tsnet/core';
import { timeText } from './time-text.ts';

/** A network as the API shows it. */
export function networkDocument(network: Network): NetworkDocument {
  const { id, name, driver, state, internal, isolated, masquerade, mtu, ifName, labels } = network;
  const { respectHostFirewall, firewall } = network;
  return {
    id,
    name,
    driver,
    state,
    subnets: network.subnets.map(({ prefix, gateway, poolId }) => ({
      prefix: `${prefix}`,
      gateway: `${gateway}`,
      pool: poolId,
    })),
    internal,
    isolated,
    masquerade,
    respectHostFirewall,
    firewall,
    mtu: mtu ?? null,
    ifName,
    labels,
    createdAt: timeText(network.createdAt),
  };
}
