import type { Input } from '@tsnet/api';
import { checkIfName, checkName } from '@tsnet/core/name';
import { type NetworkFirewall, networkFirewalls, type SubnetSpec } from '@tsnet/core/network';
import { groupSubnets } from '@tsnet/core/subnet-spec';
import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import { InvalidValueError } from '../errors.ts';
import { parseLabels } from './label.ts';

/** The options of `tsnet network create`, as they were typed. */
export interface CreateNetworkOptions {
  readonly driver?: string;
  readonly subnet?: readonly string[];
  readonly gateway?: readonly string[];
  readonly ipRange?: readonly string[];
  readonly exclude?: readonly string[];
  readonly internal?: boolean;
  readonly isolated?: boolean;
  readonly respectHostFirewall?: boolean;
  readonly firewall?: string;
  readonly mtu?: string;
  readonly masquerade: boolean;
  readonly bridgeName?: string;
  readonly label?: readonly string[];
}

/** Reads a network as it is asked for. @throws {@link TsnetError} of kind `invalid` */
export function parseNetworkSpec(name: string, options: CreateNetworkOptions): Input<'createNetwork'> {
  const { driver, subnet = [], gateway = [], ipRange = [], exclude = [], mtu, bridgeName } = options;
  checkName('network', name);
  const subnets = groupSubnets(name, {
    prefixes: subnet.map(IpPrefix.parse),
    gateways: gateway.map(IpAddress.parse),
    ranges: ipRange.map(IpRange.parse),
    exclude: exclude.map(IpRange.parse),
  });
  return {
    name,
    subnets: subnets.map(subnetInput),
    internal: options.internal ?? false,
    isolated: options.isolated ?? false,
    masquerade: options.masquerade,
    respectHostFirewall: options.respectHostFirewall ?? false,
    firewall: parseFirewall(options.firewall ?? 'auto'),
    labels: parseLabels(options.label),
    ...(driver === undefined ? {} : { driver }),
    ...(mtu === undefined ? {} : { mtu: parseMtu(mtu) }),
    ...(bridgeName === undefined ? {} : { ifName: checkIfName(bridgeName) }),
  };
}

function subnetInput({ prefix, gateway, range, exclude = [] }: SubnetSpec) {
  return {
    prefix: `${prefix}`,
    exclude: exclude.map((gap) => `${gap}`),
    ...(gateway === undefined ? {} : { gateway: `${gateway}` }),
    ...(range === undefined ? {} : { range: `${range}` }),
  };
}

function parseFirewall(text: string): NetworkFirewall {
  const found = networkFirewalls.find((name) => name === text);
  if (found !== undefined) return found;
  const kinds = networkFirewalls.join(', ');
  throw new InvalidValueError('--firewall', text, 'there is no such kind', `Give one of: ${kinds}.`);
}

function parseMtu(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidValueError('--mtu', text, 'it is not a whole number', 'Give bytes, as in --mtu 1400.');
}
