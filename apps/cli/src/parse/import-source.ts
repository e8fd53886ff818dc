import { IpAddress, IpPrefix } from '@tsnet/inet';
import type { PoolSpec } from '@tsnet/ipam';
import { InvalidValueError } from '../errors.ts';
import { parseForeignOwner } from './owner.ts';

/** The options of `tsnet ipam import`, as they were typed. */
export interface ImportOptions {
  readonly format?: string;
  readonly prefix?: readonly string[];
  readonly gateway?: readonly string[];
  readonly owner?: string;
}

/** What is imported, and what the source itself does not say. */
export type ImportSource =
  | { readonly format: 'tsnet' }
  | { readonly format: 'subnet-json'; readonly owner: string | undefined }
  | { readonly format: 'host-local'; readonly pools: readonly PoolSpec[] };

/** Reads where an import comes from. @throws {@link TsnetError} of kind `invalid` */
export function parseImportSource(options: ImportOptions): ImportSource {
  const { format = 'tsnet', prefix, gateway, owner } = options;
  if (prefix !== undefined && format !== 'host-local')
    throw misplaced('--prefix', prefix.join(' '), 'host-local');
  if (gateway !== undefined && format !== 'host-local') {
    throw misplaced('--gateway', gateway.join(' '), 'host-local');
  }
  if (owner !== undefined && format !== 'subnet-json') throw misplaced('--owner', owner, 'subnet-json');
  switch (format) {
    case 'tsnet':
      return { format };
    case 'subnet-json':
      return { format, owner: owner === undefined ? undefined : parseForeignOwner(owner) };
    case 'host-local':
      if (prefix === undefined) {
        const hint =
          'Give --prefix CIDR for each range in its configuration: the directory does not say them.';
        throw new InvalidValueError('--format', format, 'it needs a prefix', hint);
      }
      return { format, pools: poolsOf(prefix.map(IpPrefix.parse), gateway?.map(IpAddress.parse)) };
    default: {
      const hint = 'Write tsnet, subnet-json or host-local.';
      throw new InvalidValueError('--format', format, 'there is no such format', hint);
    }
  }
}

function poolsOf(prefixes: readonly IpPrefix[], gateways: readonly IpAddress[] = []): readonly PoolSpec[] {
  const stranger = gateways.find((gateway) => !prefixes.some((prefix) => prefix.contains(gateway)));
  if (stranger !== undefined) {
    const hint = 'Name an address of the network, and each prefix with --prefix.';
    throw new InvalidValueError('--gateway', `${stranger}`, 'it lies in none of the prefixes', hint);
  }
  return prefixes.map((prefix) => {
    const gateway = gateways.find((each) => prefix.contains(each));
    return { id: `${prefix}`, prefix, gateway };
  });
}

function misplaced(option: string, value: string, format: string): InvalidValueError {
  return new InvalidValueError(
    option,
    value,
    `it is for the format ${format} only`,
    `Leave it out, or give --format ${format}.`,
  );
}
