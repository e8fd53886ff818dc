import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTsnetError } from '@tsnet/errors';
import { IpAddress } from '@tsnet/inet';
import type { PoolSpec } from '../pool/pool.ts';
import { HostLocalError } from './document-errors.ts';
import { documentOf, type IpamDocument, type LeaseDocument } from './ipam-document.ts';

/** Settings of {@link readHostLocal}. */
export interface HostLocalOptions {
  /** What the plugin's configuration calls ranges, one pool for each prefix: the directory does not say them. */
  readonly pools: readonly PoolSpec[];
}

/** How many files are read at a time. */
const AT_ONCE = 64;

const lastReserved = /^last_reserved_ip\.\d+$/;

/**
 * Reads the directory in which the CNI plugin host-local keeps a network, `/var/lib/cni/networks/NAME`, as a
 * document. A file named by an address is a lease: its first line is the container, which becomes the owner,
 * and its second, absent in old versions, the interface, which becomes the label `ifName`. The time is that
 * of the file. `last_reserved_ip.N` becomes the pool's cursor, so that the order of addresses goes on.
 *
 * Only reads. The plugin must be at rest: its lock is not taken.
 *
 * @throws HostLocalError when the directory cannot be read, or when a file in it is not understood or lies
 * in none of the pools: all such files are named, and nothing is returned.
 */
export async function readHostLocal(directory: string, { pools }: HostLocalOptions): Promise<IpamDocument> {
  const records: FileRecord[] = [];
  const faults: Fault[] = [];
  const names = await namesIn(directory);
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const batch = names.slice(start, start + AT_ONCE).map((name) => readOne(directory, name, pools));
    for (const result of await Promise.all(batch)) {
      if ('reason' in result) faults.push(result);
      else records.push(result);
    }
  }
  if (faults.length > 0) throw notUnderstood(directory, faults);
  return documentOf(pools.map((pool) => ({ ...pool, ...heldIn(pool, records) })));
}

/** What a file says: a lease, or where the search for the next address begins. */
type FileRecord = { readonly lease: LeaseDocument } | { readonly cursor: IpAddress };

interface Fault {
  readonly name: string;
  readonly reason: string;
}

function heldIn({ prefix }: PoolSpec, records: readonly FileRecord[]) {
  const leases: LeaseDocument[] = [];
  let cursor: IpAddress | undefined;
  for (const record of records) {
    if ('cursor' in record) cursor = prefix.contains(record.cursor) ? record.cursor : cursor;
    else if (prefix.contains(record.lease.address)) leases.push(record.lease);
  }
  leases.sort((a, b) => a.address.compare(b.address));
  return { cursor, leases };
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory);
    return names.filter((name) => name !== 'lock').sort();
  } catch (cause) {
    throw unreadable(directory, cause);
  }
}

async function readOne(
  directory: string,
  name: string,
  pools: readonly PoolSpec[],
): Promise<FileRecord | Fault> {
  try {
    const path = join(directory, name);
    const text = await readFile(path, 'utf8');
    if (lastReserved.test(name)) return { cursor: IpAddress.parse(text.trim()) };
    // On Windows a file's name cannot have colons.
    const address = IpAddress.parse(name.replaceAll('_', ':'));
    if (!pools.some(({ prefix }) => prefix.contains(address))) {
      return { name, reason: 'it lies in none of the pools' };
    }
    const [owner = '', ifName = '', ...rest] = text.trim().split(/\r?\n/);
    if (owner === '') return { name, reason: 'it names no container' };
    if (rest.length > 0) return { name, reason: 'it has more than two lines' };
    const leasedAt = Math.floor((await stat(path)).mtimeMs);
    return { lease: { address, owner, leasedAt, labels: ifName === '' ? {} : { ifName } } };
  } catch (error) {
    if (isTsnetError(error)) return { name, reason: error.message };
    const { code } = error as NodeJS.ErrnoException;
    return { name, reason: `it cannot be read: ${code}` };
  }
}

function notUnderstood(directory: string, faults: readonly Fault[]): HostLocalError {
  const [first] = faults;
  const others = faults.length === 1 ? '' : `, and ${faults.length - 1} more of its files`;
  return new HostLocalError(
    directory,
    'corrupt',
    `its file ${first?.name} is not understood: ${first?.reason}${others}`,
    'Check that it is the directory of one network, and name a pool for each of its ranges.',
    { files: faults.map(({ name }) => name) },
  );
}

function unreadable(directory: string, cause: unknown): HostLocalError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    const hint = 'The plugin keeps a network in a directory of that name under /var/lib/cni/networks.';
    return new HostLocalError(directory, 'not-found', 'there is no such directory', hint, { cause });
  }
  const kind = code === 'EACCES' || code === 'EPERM' ? 'permission' : 'unavailable';
  const hint =
    kind === 'permission' ? 'Run as a user who may read it.' : 'Name a directory that can be read.';
  return new HostLocalError(directory, kind, message, hint, { cause });
}
