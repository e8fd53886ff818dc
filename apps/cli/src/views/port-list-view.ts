import type { PlacedPortDocument } from '@tsnet/api';
import { formatReach } from '@tsnet/core/reach';
import { IpAddress } from '@tsnet/inet';
import { hostText, targetText } from './port-view.ts';

/** The columns of `tsnet port ls`. */
export const portHeading = [
  'HOST',
  'PROTOCOL',
  'TARGET',
  'ENDPOINT',
  'SANDBOX',
  'NETWORK',
  'REACHED AT',
] as const;

/** The row of a port in `tsnet port ls`. */
export function portRow(port: PlacedPortDocument): readonly string[] {
  const { protocol, targets, endpoint, sandbox, network } = port;
  return [
    ...[hostText(port), protocol, targetText(targets, port), endpoint, sandbox, network],
    reachText(port),
  ];
}

function reachText({ reach, hostAddress, hostFirewallDecides }: PlacedPortDocument): string {
  const address = hostAddress === null ? undefined : IpAddress.parse(hostAddress);
  return formatReach({ reach, hostAddress: address, hostFirewallDecides });
}
