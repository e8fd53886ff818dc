import { DatabaseSync } from 'node:sqlite';
import { Ipam } from '../src/ipam.ts';
import { chunksPrefix } from '../src/keys.ts';
import type { Lease } from '../src/lease/lease.ts';
import { hasBit, isFull } from '../src/pool/bitmap.ts';
import { ChunkTree } from '../src/pool/chunk-tree.ts';
import type { Pool } from '../src/pool/pool.ts';
import { SqliteStore } from '../src/store/sqlite-store.ts';
import { transact } from '../src/store/transact.ts';
import type { Transaction } from '../src/store/transaction.ts';
import { type Holdings, placeOf } from './history.ts';

const bitsAChunk = 1024;

/** Opens a store as the next process would: what it holds, and where its parts do not agree. */
export async function inspectFile(
  file: string,
): Promise<{ readonly holdings: Holdings; readonly problems: readonly string[] }> {
  await using store = await SqliteStore.open(file);
  const ipam = new Ipam(store);
  const leases = await ipam.listLeases();
  const problems = integrityProblems(file);
  for (const owner of new Set(leases.map((lease) => lease.owner))) {
    const listed = await ipam.listLeases({ owner });
    if (namesOf(listed) !== namesOf(leases.filter((lease) => lease.owner === owner)))
      problems.push(`the index of ${owner} is not what it holds`);
  }
  for (const pool of await ipam.listPools()) {
    const own = leases.filter(({ poolId }) => poolId === pool.id);
    const { used, outside } = await ipam.usage(pool.id);
    if (used + outside !== BigInt(own.length))
      problems.push(`${pool.id} counts ${used + outside}, not ${own.length}`);
    problems.push(...(await transact(store, (tx) => bitmapProblems(tx, pool, own))));
  }
  const holdings = new Map(
    leases.map(({ poolId, address, owner }) => [placeOf(poolId, `${address}`), owner]),
  );
  return { holdings, problems };
}

function integrityProblems(file: string): string[] {
  using db = new DatabaseSync(file, { readOnly: true });
  const rows = db.prepare('PRAGMA integrity_check').all();
  return rows.map((row) => String(row.integrity_check)).filter((line) => line !== 'ok');
}

async function bitmapProblems(
  tx: Transaction,
  { id, prefix }: Pool,
  leases: readonly Lease[],
): Promise<readonly string[]> {
  const tree = new ChunkTree(tx, id, prefix.address.bits - prefix.length);
  const problems: string[] = [];
  for (const { address } of leases)
    if (!(await tree.has(prefix.offsetOf(address)))) problems.push(`the bitmap of ${id} lacks ${address}`);

  const [chunks = [], summaries = []] = await Promise.all([0, 1].map((level) => chunksAt(tx, id, level)));
  const [taken, full] = [chunks, summaries].map((list) =>
    list.reduce((sum, bytes) => sum + countBits(bytes), 0),
  );
  if (taken !== leases.length) problems.push(`the bitmap of ${id} has ${taken} of ${leases.length} leases`);
  const found = chunks.filter((bytes) => isFull(bytes, bitsAChunk)).length;
  if (full !== found) problems.push(`the bitmap of ${id} knows of ${full} full chunks, and has ${found}`);
  return problems;
}

async function chunksAt(tx: Transaction, poolId: string, level: number): Promise<readonly Uint8Array[]> {
  const entries = await tx.list(`${chunksPrefix(poolId)}${level}/`);
  return entries.map(({ value }) => (typeof value === 'string' ? new Uint8Array() : value));
}

function countBits(bytes: Uint8Array): number {
  let count = 0;
  for (let index = 0; index < bytes.length * 8; index += 1) if (hasBit(bytes, index)) count += 1;
  return count;
}

function namesOf(leases: readonly Lease[]): string {
  return leases.map(({ poolId, address }) => placeOf(poolId, `${address}`)).join();
}
