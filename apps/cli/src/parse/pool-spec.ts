import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import type { PoolOrder, PoolSpec } from '@tsnet/ipam';
import { InvalidValueError } from '../errors.ts';
import { parseDuration } from './duration.ts';
import { parseLabels } from './label.ts';

/** The options of `tsnet ipam create`, as they were typed. */
export interface CreatePoolOptions {
  readonly subnet: string;
  readonly ipRange?: string;
  readonly exclude?: readonly string[];
  readonly gateway?: string;
  readonly hostPool?: boolean;
  readonly order?: string;
  readonly reuseDelay?: string;
  readonly label?: readonly string[];
}

/** Reads a pool as it is asked for. @throws {@link TsnetError} of kind `invalid` */
export function parsePoolSpec(id: string, options: CreatePoolOptions): PoolSpec {
  const { subnet, ipRange, exclude = [], gateway, hostPool, order, reuseDelay, label } = options;
  return {
    id,
    prefix: IpPrefix.parse(subnet),
    range: ipRange === undefined ? undefined : IpRange.parse(ipRange),
    exclude: exclude.map(IpRange.parse),
    gateway: gateway === undefined ? undefined : IpAddress.parse(gateway),
    hostPool,
    order: order === undefined ? undefined : parseOrder(order),
    reuseDelay: reuseDelay === undefined ? undefined : parseDuration('--reuse-delay', reuseDelay),
    labels: parseLabels(label),
  };
}

function parseOrder(text: string): PoolOrder {
  if (text === 'round-robin' || text === 'lowest-first') return text;
  const hint = 'Write round-robin or lowest-first.';
  throw new InvalidValueError('--order', text, 'there is no such order', hint);
}
