import type { Input } from '@tsnet/api';
import { checkIfName, checkName, type NetworkSpec, type SubnetSpec } from '@tsnet/core';
import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';

/** Reads a network as it is asked for. @throws {@link TsnetError} of kind `invalid` */
export function readNetworkSpec(input: Input<'createNetwork'>): NetworkSpec {
  const { name, subnets = [], ifName, ...settings } = input;
  return {
    ...settings,
    name: checkName('network', name),
    subnets: subnets.map(readSubnetSpec),
    ...(ifName === undefined ? {} : { ifName: checkIfName(ifName) }),
  };
}

function readSubnetSpec({
  prefix,
  gateway,
  range,
  exclude,
}: NonNullable<Input<'createNetwork'>['subnets']>[number]): SubnetSpec {
  return {
    prefix: IpPrefix.parse(prefix),
    ...(gateway === undefined ? {} : { gateway: IpAddress.parse(gateway) }),
    ...(range === undefined ? {} : { range: IpRange.parse(range) }),
    ...(exclude === undefined ? {} : { exclude: exclude.map(IpRange.parse) }),
  };
}
