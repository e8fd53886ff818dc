import { readFile } from 'node:fs/promises';
import {
  type IpamDocument,
  importPools,
  type Pool,
  parseIpamDocument,
  parseSubnetJson,
  readHostLocal,
  type Store,
  transact,
} from '@tsnet/ipam';
import { FileError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { type ImportOptions, type ImportSource, parseImportSource } from '../parse/import-source.ts';
import { withIpam } from '../session.ts';
import { poolDocument } from '../views/pool-view.ts';

/** `tsnet ipam import`: all pools of the source, or none. */
export async function importFile(
  invocation: Invocation,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const { dryRun = false } = options;
  const document = await readDocument(file, parseImportSource(options));
  const pools = await withIpam(
    invocation,
    ({ ipam, store }) => (dryRun ? rehearse(store, document) : ipam.import(document)),
    { createStore: !dryRun },
  );
  const reports = pools.map((pool, index) => ({ pool, ...countsOf(document, index) }));
  const verb = dryRun ? 'would import' : 'imported';
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
}

async function readDocument(path: string, source: ImportSource): Promise<IpamDocument> {
  switch (source.format) {
    case 'tsnet':
      return parseIpamDocument(await readText(path));
    case 'subnet-json':
      return parseSubnetJson(await readText(path), source);
    case 'host-local':
      return readHostLocal(path, source);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new FileError('read', path, error);
  }
}

/** Imports up to the commit, which is left out: what a transaction that throws has written is forgotten. */
async function rehearse(store: Store, document: IpamDocument): Promise<readonly Pool[]> {
  const end = new Error('the rehearsal is over');
  let pools: readonly Pool[] = [];
  try {
    await transact(store, async (tx) => {
      pools = await importPools(tx, document, { now: Date.now() });
      throw end;
    });
  } catch (error) {
    if (error !== end) throw error;
  }
  return pools;
}

function countsOf({ pools }: IpamDocument, index: number) {
  const { leases = [], reservations = [] } = pools[index] ?? {};
  return { leases: leases.length, reservations: reservations.length };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
