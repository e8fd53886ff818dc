import { IpPrefix } from '@tsnet/inet';
import type { PoolSpec } from '@tsnet/ipam';
import { InvalidValueError } from '../errors.ts';
import { parseForeignOwner } from './owner.ts';

/** The options of `tsnet ipam import`, as they were typed. */
export interface ImportOptions {
  readonly format?: string;
  readonly prefix?: readonly string[];
  readonly owner?: string;
  readonly dryRun?: boolean;
}

/** What is imported, and what the source itself does not say. */
export type ImportSource =
  | { readonly format: 'tsnet' }
  | { readonly format: 'subnet-json'; readonly owner: string | undefined }
  | { readonly format: 'host-local'; readonly pools: readonly PoolSpec[] };

/** Reads where an import comes from. @throws {@link TsnetError} of kind `invalid` */
export function parseImportSource({ format = 'tsnet', prefix, owner }: ImportOptions): ImportSource {
  if (prefix !== undefined && format !== 'host-local')
    throw misplaced('--prefix', prefix.join(' '), 'host-local');
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
      return { format, pools: prefix.map(IpPrefix.parse).map((cidr) => ({ id: `${cidr}`, prefix: cidr })) };
    default: {
      const hint = 'Write tsnet, subnet-json or host-local.';
      throw new InvalidValueError('--format', format, 'there is no such format', hint);
    }
  }
}

function misplaced(option: string, value: string, format: string): InvalidValueError {
  return new InvalidValueError(
    option,
    value,
    `it is for the format ${format} only`,
    `Leave it out, or give --format ${format}.`,
  );
}
