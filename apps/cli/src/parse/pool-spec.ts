import type { Input } from '@tsnet/api';
import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
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
export function parsePoolSpec(id: string, options: CreatePoolOptions): Input<'createPool'> {
  const { subnet, ipRange, exclude = [], gateway, hostPool, order, reuseDelay, label } = options;
  return {
    id,
    prefix: `${IpPrefix.parse(subnet)}`,
    ...(ipRange === undefined ? {} : { range: `${IpRange.parse(ipRange)}` }),
    exclude: exclude.map((text) => `${IpRange.parse(text)}`),
    ...(gateway === undefined ? {} : { gateway: `${IpAddress.parse(gateway)}` }),
    ...(hostPool === undefined ? {} : { hostPool }),
    ...(order === undefined ? {} : { order: parseOrder(order) }),
    ...(reuseDelay === undefined ? {} : { reuseDelay: parseDuration('--reuse-delay', reuseDelay) }),
    labels: parseLabels(label),
  };
}

function parseOrder(text: string): NonNullable<Input<'createPool'>['order']> {
  if (text === 'round-robin' || text === 'lowest-first') return text;
  const hint = 'Write round-robin or lowest-first.';
  throw new InvalidValueError('--order', text, 'there is no such order', hint);
}
