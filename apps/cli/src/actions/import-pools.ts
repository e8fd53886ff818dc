import { readFile } from 'node:fs/promises';
import {
  DocumentVersionError,
  InvalidDocumentError,
  type IpamDocument,
  parseIpamDocument,
  parseSubnetJson,
  readHostLocal,
} from '@tsnet/ipam';
import { parseOwner, poolDocument } from '@tsnet/service';
import { FileContentError, FileError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { type ImportOptions, type ImportSource, parseImportSource } from '../parse/import-source.ts';
import { withIpam } from '../session.ts';

/** `tsnet ipam import`: all pools of the source, or none. */
export async function importFile(
  invocation: Invocation,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const source = parseImportSource(options);
  const { document, notes } = await namingFile(file, () => readDocument(file, source));
  const pools = await namingFile(file, () =>
    withIpam(invocation, ({ ipam }) => ipam.import(document), { createStore: true }),
  );
  const reports = pools.map((pool, index) => ({ pool, ...countsOf(document, index) }));
  const verb = invocation.dryRun ? 'would import' : 'imported';
  invocation.output.result(
    reports.map(({ pool, ...counts }) => ({ ...poolDocument(pool), ...counts })),
    () =>
      reports
        .map(({ pool, leases, reservations }) =>
          printable(
            `${verb} ${pool.id}: ${counted(leases, 'lease')}, ${counted(reservations, 'reservation')}`,
          ),
        )
        .join('\n') || 'no pools to import',
  );
  for (const { code, message } of [...notes, ...notesOnOwners(document)])
    invocation.output.note(code, message);
}

/** A remark on what is imported. */
interface Note {
  readonly code: string;
  readonly message: string;
}

async function readDocument(
  path: string,
  source: ImportSource,
): Promise<{ readonly document: IpamDocument; readonly notes: readonly Note[] }> {
  switch (source.format) {
    case 'tsnet':
      return { document: parseIpamDocument(await readText(path)), notes: [] };
    case 'subnet-json':
      return { document: parseSubnetJson(await readText(path), source), notes: [] };
    case 'host-local':
      return withGateways(await readHostLocal(path, source));
  }
}

/**
 * Gives pools that name no gateway the one that host-local has unless it is told otherwise, the first address:
 * it hands that out to nobody and writes it nowhere, so that the pool would lease the router's own address.
 */
function withGateways(document: IpamDocument) {
  const notes: Note[] = [];
  const pools = document.pools.map((pool) => {
    const { prefix, leases = [] } = pool;
    // No room for a router: the import refuses such a prefix.
    if (pool.gateway !== undefined || prefix.size <= 2n) return pool;
    const gateway = prefix.at(1n);
    if (!leases.some(({ address }) => address.equals(gateway))) return { ...pool, gateway };
    const message = `${gateway} is leased, so that ${prefix} has no gateway: name it with --gateway if it has one`;
    notes.push({ code: 'NO_GATEWAY', message });
    return pool;
  });
  return { document: { ...document, pools }, notes };
}

/** The engine alone gives back what is held under its names, and it knows nothing of what was imported. */
function notesOnOwners({ pools }: IpamDocument): readonly Note[] {
  const owners = pools.flatMap(({ leases = [] }) => leases.map(({ owner }) => owner));
  const { length } = owners.filter((owner) => parseOwner(owner).kind !== 'other');
  if (length === 0) return [];
  const held = `${counted(length, 'lease')} of endpoints and gateways that tsnet made elsewhere`;
  const message = `among them ${held}: \`tsnet ipam release\` refuses those, \`tsnet ipam rm --force\` removes the pool`;
  return [{ code: 'FOREIGN_NETWORK', message }];
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new FileError('read', path, error);
  }
}

/** Has an error about what a file says name the file. */
async function namingFile<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const isAboutContent = error instanceof InvalidDocumentError || error instanceof DocumentVersionError;
    throw isAboutContent ? new FileContentError('import', file, error) : error;
  }
}

function countsOf({ pools }: IpamDocument, index: number) {
  const { leases = [], reservations = [] } = pools[index] ?? {};
  return { leases: leases.length, reservations: reservations.length };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
