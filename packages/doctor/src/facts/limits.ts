import type { AddressFamily } from '@tsnet/inet';
import { findNumber, findText } from './proc-file.ts';

/** Tables of the kernel that can be full. Undefined where the kernel, or this namespace, does not tell. */
export interface LimitFacts {
  readonly conntrack: { readonly count: number; readonly max: number } | undefined;
  /** The whole machine's table of neighbors in each family. */
  readonly neighbors: Readonly<Record<AddressFamily, NeighborTable | undefined>>;
  /** Files that all processes of the machine have open, and may have. */
  readonly machineFiles: { readonly count: number; readonly max: number } | undefined;
}

/** A table of neighbors. */
export interface NeighborTable {
  /** More entries than this are not kept: gc_thresh3. */
  readonly max: number;
  /** How often an entry was refused since the start. */
  readonly refusals: number;
}

/** Reads them. Needs no privilege. */
export function readLimits(procDirectory: string): LimitFacts {
  const { sys, statistics } = {
    sys: `${procDirectory}/sys`,
    statistics: `${procDirectory}/thread-self/net/stat`,
  };
  const count = findNumber(`${sys}/net/netfilter/nf_conntrack_count`);
  const max = findNumber(`${sys}/net/netfilter/nf_conntrack_max`);
  const [open, , limit] = (findText(`${sys}/fs/file-nr`) ?? '').split(/\s+/).map(Number);
  return {
    conntrack: count === undefined || max === undefined ? undefined : { count, max },
    neighbors: {
      ipv4: readNeighborTable(`${sys}/net/ipv4/neigh/default`, `${statistics}/arp_cache`),
      ipv6: readNeighborTable(`${sys}/net/ipv6/neigh/default`, `${statistics}/ndisc_cache`),
    },
    machineFiles: open === undefined || limit === undefined ? undefined : { count: open, max: limit },
  };
}

function readNeighborTable(settings: string, statistics: string): NeighborTable | undefined {
  const max = findNumber(`${settings}/gc_thresh3`);
  return max === undefined
    ? undefined
    : { max, refusals: sumColumn(findText(statistics) ?? '', 'table_fulls') };
}

/** The sum of a column over all processors; numbers are hexadecimal. */
function sumColumn(text: string, name: string): number {
  const [heading = '', ...rows] = text.split('\n');
  const column = heading.trim().split(/\s+/).indexOf(name);
  if (column < 0) return 0;
  return rows
    .map((row) => Number.parseInt(row.trim().split(/\s+/)[column] ?? '0', 16))
    .reduce((sum, each) => sum + (Number.isNaN(each) ? 0 : each), 0);
}
