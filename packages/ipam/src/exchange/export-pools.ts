import {
  leasesOfPoolPrefix,
  placeOfKey,
  reservationsOfPoolPrefix,
  restingPrefix,
  stateKey,
} from '../keys.ts';
import { decodeLease } from '../lease/lease.ts';
import { decodeReservation } from '../lease/reservation.ts';
import { encodePool, type Pool } from '../pool/pool.ts';
import { decodeState } from '../pool/pool-state.ts';
import { findPool, getPool, listPools } from '../pool/pools.ts';
import type { TransactionEntry } from '../store/read-source.ts';
import type { Store } from '../store/store.ts';
import { transact } from '../store/transact.ts';
import type { Transaction } from '../store/transaction.ts';
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
 * All of it is in memory at once, and nothing of it may change until the last record is read: where others
 * lease and release all the time, a transaction around it conflicts and runs again, up to its `attempts`. For
 * very many leases, and for a store in use, there is {@link exportText}.
 *
 * @throws PoolNotFoundError for an id in `poolIds` that is none.
 */
export async function exportPools(tx: Transaction, options: ExportOptions = {}): Promise<IpamDocument> {
  const heads = await readHeads(tx, options);
  const pools: PoolDocument[] = [];
  for (const { pool, head } of heads) pools.push({ ...head, ...(await readHeld(tx, pool.id)).held });
  return documentOf(pools);
}

/**
 * The text of a document, piece by piece: memory holds `pageSize` records of each kind at a time, and the text
 * of what one pool has in reservations and resting addresses, but never all leases. The pieces together are
 * JSON, one record a line, that `parseIpamDocument` reads and `importPools` takes.
 *
 * The pools are read at one moment. What is held in them is read span by span of their addresses, each at one
 * moment, and writers do not wait for it: what others do meanwhile may be in it or not, but what it says of an
 * address was so at some moment. A pool that is deleted meanwhile has nothing in it from there on, even if
 * another takes its id.
 *
 * @throws PoolNotFoundError for an id in `poolIds` that is none; and what {@link transact} throws.
 */
export async function* exportText(
  store: Store,
  options: ExportOptions & { readonly pageSize?: number | undefined } = {},
): AsyncGenerator<string, void, undefined> {
  const { pageSize = 1000 } = options;
  const heads = await transact(store, (tx) => readHeads(tx, options), { readOnly: true });
  yield `{"format":"${documentFormat}","version":${documentVersion},"pools":[`;
  let comma = '\n';
  for (const { pool, head } of heads) {
    yield `${comma}${JSON.stringify(head).slice(0, -1)}`;
    yield* poolText(store, pool, pageSize);
    yield '}';
    comma = ',\n';
  }
  yield ']}\n';
}

/** The lists of a pool. Leases are passed on as they are read; the others, mostly few, wait for their turn. */
async function* poolText(
  store: Store,
  pool: Pool,
  pageSize: number,
): AsyncGenerator<string, void, undefined> {
  const reservations: string[] = [];
  const resting: string[] = [];
  yield ',\n"leases":[';
  let separator = '\n';
  for await (const span of spansHeld(store, pool, pageSize)) {
    if (span.reservations.length > 0) reservations.push(linesOf(span.reservations));
    if (span.resting.length > 0) resting.push(linesOf(span.resting));
    if (span.leases.length === 0) continue;
    yield separator + linesOf(span.leases);
    separator = ',\n';
  }
  yield ']';
  for (const [name, pieces] of Object.entries({ reservations, resting })) {
    yield `,\n"${name}":[`;
    for (const [index, piece] of pieces.entries()) yield (index === 0 ? '\n' : ',\n') + piece;
    yield ']';
  }
}

function linesOf(records: readonly object[]): string {
  return records.map((record) => JSON.stringify(record)).join(',\n');
}

/** What is held in a pool, or in a span of its addresses, as it is at one moment. */
interface Held {
  readonly leases: readonly LeaseDocument[];
  readonly reservations: readonly ReservationDocument[];
  readonly resting: readonly RestDocument[];
}

/** What is held in a pool, from its first address to its last, span by span. */
async function* spansHeld(store: Store, pool: Pool, limit: number): AsyncGenerator<Held, void, undefined> {
  const exported = encodePool(pool);
  let after: string | undefined;
  do {
    const from = after;
    const span = await transact(
      store,
      async (tx) => {
        const found = await findPool(tx, pool.id);
        const isSame = found !== undefined && encodePool(found) === exported;
        return isSame ? readHeld(tx, pool.id, { after: from, limit }) : undefined;
      },
      { readOnly: true },
    );
    if (span === undefined) return;
    yield span.held;
    after = span.through;
  } while (after !== undefined);
}

/**
 * What is held behind an address. With a limit each list is cut there, and all of them where the first one
 * ends: up to that address, `through`, everything has been read.
 *
 * @param after an address as it stands in keys; `through` is one too, `undefined` when nothing is left.
 */
async function readHeld(
  tx: Transaction,
  poolId: string,
  { after, limit }: { readonly after?: string | undefined; readonly limit?: number | undefined } = {},
): Promise<{ readonly held: Held; readonly through: string | undefined }> {
  const prefixes = [leasesOfPoolPrefix(poolId), reservationsOfPoolPrefix(poolId), restingPrefix(poolId)];
  const lists = await Promise.all(
    prefixes.map((prefix) => tx.list(prefix, { after: after && `${prefix}${after}`, limit })),
  );
  const ends = lists.filter(({ length }) => length === limit).map((list) => digitsOf(list.at(-1)?.key ?? ''));
  // Of one width in a pool, so that they sort as addresses do.
  const [through] = ends.sort();
  const [leases = [], reservations = [], resting = []] = lists.map((list) =>
    through === undefined ? list : list.filter(({ key }) => digitsOf(key) <= through),
  );
  const held = {
    leases: leases.map(readLease),
    reservations: reservations.map(readReservation),
    resting: resting.map(readRest),
  };
  return { held, through };
}

function digitsOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** A pool, and what a document says of it beside its records. */
interface Head {
  readonly pool: Pool;
  readonly head: PoolDocument;
}

/** Pools without their records, in one or two calls to the store. */
async function readHeads(tx: Transaction, { poolIds }: ExportOptions): Promise<readonly Head[]> {
  const pools = poolIds
    ? await Promise.all([...new Set(poolIds)].map((id) => getPool(tx, id)))
    : await listPools(tx);
  const states = await tx.getMany(pools.map(({ id }) => stateKey(id)));
  return pools.map((pool, index) => {
    const { capacity: _, ...spec } = pool;
    const { cursor } = decodeState(pool.id, states[index]);
    return { pool, head: { ...spec, cursor: cursor === undefined ? undefined : pool.prefix.at(cursor) } };
  });
}

function readReservation({ key, value }: TransactionEntry): ReservationDocument {
  const { poolId: _, ...reservation } = decodeReservation(key, value);
  return reservation;
}

function readRest({ key, value }: TransactionEntry): RestDocument {
  return { address: placeOfKey(key).address, until: Number(value) };
}

function readLease({ key, value }: TransactionEntry): LeaseDocument {
  const { poolId: _, ...lease } = decodeLease(key, value);
  return lease;
}
