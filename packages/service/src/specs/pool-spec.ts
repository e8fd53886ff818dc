import type { Input } from '@tsnet/api';
import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import type { PoolSpec } from '@tsnet/ipam';

/** Reads a pool as it is asked for. @throws {@link TsnetError} of kind `invalid` */
export function readPoolSpec(input: Input<'createPool'>): PoolSpec {
  const { prefix, range, exclude = [], gateway, ...settings } = input;
  return {
    ...settings,
    prefix: IpPrefix.parse(prefix),
    range: range === undefined ? undefined : IpRange.parse(range),
    exclude: exclude.map(IpRange.parse),
    gateway: gateway === undefined ? undefined : IpAddress.parse(gateway),
  };
}
