import type { NetworkDocument } from '@tsnet/api';
import { formatFields } from '../output/table.ts';

/** The columns of `tsnet network ls`. */
export const networkHeading = ['NAME', 'DRIVER', 'BRIDGE', 'SUBNETS', 'SETTINGS', 'STATE'] as const;

/** The row of a network in `tsnet network ls`. */
export function networkRow(network: NetworkDocument): readonly string[] {
  const { name, driver, ifName, subnets, state } = network;
  return [name, driver, ifName, subnets.map(({ prefix }) => prefix).join(', '), settingsText(network), state];
}

/** What a new network is, in few lines. */
export function creationText(network: NetworkDocument): string {
  return formatFields(`created network ${network.name}`, [
    ['bridge', network.ifName],
    ...subnetFields(network),
    ['settings', settingsText(network)],
  ]);
}

function subnetFields({ subnets }: NetworkDocument): readonly (readonly [string, string])[] {
  return subnets.map(({ prefix, gateway }) => ['subnet', `${prefix}, gateway ${gateway}`] as const);
}

/** What differs from an ordinary network: `internal, mtu 1400`. */
export function settingsText(network: NetworkDocument): string {
  const { internal, isolated, masquerade, respectHostFirewall, firewall, mtu } = network;
  const settings = [
    internal ? 'internal' : '',
    isolated ? 'isolated' : '',
    masquerade ? '' : 'no masquerade',
    respectHostFirewall ? 'host firewall decides about ports' : '',
    firewall === 'auto' ? '' : `firewall ${firewall}`,
    mtu === null ? '' : `mtu ${mtu}`,
  ];
  return settings.filter((setting) => setting !== '').join(', ');
}
