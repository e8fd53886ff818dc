import {
  leasesOfPoolPrefix,
  reservationsOfPoolPrefix,
  restPrefix,
  stateKey,
  timedPlaceOfKey,
} from '../keys.ts';
import { decodeLease } from '../lease/lease.ts';
import { decodeReservation } from '../lease/reservation.ts';
import { decodeState } from '../pool/pool-state.ts';
import { getPool, listPools } from '../pool/pools.ts';
import type { Store } from '../store/store.ts';
import { transact } from '../store/transact.ts';
import type { Transaction, TransactionEntry } from '../store/transaction.ts';
import {
  documentFormat,
  documentOf,
  documentVersion,
  type IpamDocument,
  type LeaseDocument,
  type PoolDocument,
  type ReservationDocument,
  type RestDocument,
} from './ipam-document.ts';

/** What to export. */
export interface ExportOptions {
  /** Default: every pool. */
  readonly poolIds?: readonly string[] | undefined;
}

/**
 * Pools with all that is held in them, as they are at one moment. `JSON.stringify` makes the text of it.
 * All of it is in memory at once: for very many leases see {@link exportText}.
 *
 * @throws PoolNotFoundError for an id in `poolIds` that is none.
 */
export async function exportPools(tx: Transaction, options: ExportOptions = {}): Promise<IpamDocument> {
  const heads = await readHeads(tx, options);
  const pools: PoolDocument[] = [];
  for (const head of heads) {
    const [reservations, resting, leases] = await Promise.all([
      tx.list(reservationsOfPoolPrefix(head.id)),
      tx.list(restPrefix(head.id)),
      tx.list(leasesOfPoolPrefix(head.id)),
    ]);
    pools.push({
      ...head,
      reservations: reservations.map(readReservation),
      resting: resting.map(readRest),
      leases: leases.map(readLease),
    });
  }
  return documentOf(pools);
}

/**
 * The text of a document, piece by piece: memory holds `pageSize` records at a time, however many there are.
 * The pieces together are JSON, one record a line, that `parseIpamDocument` reads.
 *
 * The pools are read at one moment and their records page by page after that: what others lease or release
 * meanwhile may be in it or not. An address is never in it as the lease of two owners.
 *
 * @throws PoolNotFoundError for an id in `poolIds` that is none.
 */
export async function* exportText(
  store: Store,
  options: ExportOptions & { readonly pageSize?: number | undefined } = {},
): AsyncGenerator<string, void, undefined> {
  const { pageSize = 1000 } = options;
  const heads = await transact(store, (tx) => readHeads(tx, options));
  yield `{"format":"${documentFormat}","version":${documentVersion},"pools":[`;
  let comma = '\n';
  for (const head of heads) {
    yield `${comma}${JSON.stringify(head).slice(0, -1)}`;
    for (const { name, prefix, read } of sections) {
      yield `,\n"${name}":[`;
      let separator = '\n';
      for await (const page of pagesOf(store, prefix(head.id), pageSize)) {
        yield separator + page.map((entry) => JSON.stringify(read(entry))).join(',\n');
        separator = ',\n';
      }
      yield ']';
    }
    yield '}';
    comma = ',\n';
  }
  yield ']}\n';
}

/** The lists of records that a pool has in a document, and where in a store each of them is. */
const sections = [
  { name: 'reservations', prefix: reservationsOfPoolPrefix, read: readReservation },
  { name: 'resting', prefix: restPrefix, read: readRest },
  { name: 'leases', prefix: leasesOfPoolPrefix, read: readLease },
] as const;

async function* pagesOf(
  store: Store,
  prefix: string,
  limit: number,
): AsyncGenerator<readonly TransactionEntry[], void, undefined> {
  let after: string | undefined;
  for (;;) {
    const page = await store.list(prefix, { after, limit });
    if (page.length > 0) yield page;
    if (page.length < limit) return;
    after = page.at(-1)?.key;
  }
}

/** Pools without their records, in one or two calls to the store. */
async function readHeads(tx: Transaction, { poolIds }: ExportOptions): Promise<readonly PoolDocument[]> {
  const pools = poolIds
    ? await Promise.all([...new Set(poolIds)].map((id) => getPool(tx, id)))
    : await listPools(tx);
  const states = await tx.getMany(pools.map(({ id }) => stateKey(id)));
  return pools.map(({ capacity: _, ...pool }, index) => {
    const { cursor } = decodeState(pool.id, states[index]);
    return { ...pool, cursor: cursor === undefined ? undefined : pool.prefix.at(cursor) };
  });
}

function readReservation({ key, value }: TransactionEntry): ReservationDocument {
  const { poolId: _, ...reservation } = decodeReservation(key, value);
  return reservation;
}

function readRest({ key }: TransactionEntry): RestDocument {
  const { address, time } = timedPlaceOfKey(key);
  return { address, until: time };
}

function readLease({ key, value }: TransactionEntry): LeaseDocument {
  const { poolId: _, ...lease } = decodeLease(key, value);
  return lease;
}
