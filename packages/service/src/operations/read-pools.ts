import type { Input, Output } from '@tsnet/api';
import { IpAddress } from '@tsnet/inet';
import {
  getPool as findPool,
  freeRanges,
  type Lease,
  listPools as listAll,
  listReservations as listKept,
  poolUsage,
  storeKey,
  transact,
} from '@tsnet/ipam';
import {
  addressDocument,
  type EndpointIndex,
  leaseDocument,
  reservationDocument,
} from '../documents/lease-document.ts';
import { parseOwner } from '../documents/owner.ts';
import { freeRangeDocument, poolUsageDocument } from '../documents/pool-document.ts';
import { AddressInNoPoolError } from '../errors.ts';
import { lookahead, pageOf, readCursor } from '../pages.ts';
import type { RecordsContext } from '../records-context.ts';

/** Every pool, by id, with how full it is. */
export function listPools(
  { store, now }: RecordsContext,
  input: Input<'listPools'>,
): Promise<Output<'listPools'>> {
  const [after] = readCursor(input, 1) ?? [];
  return transact(
    store,
    async (tx) => {
      const time = now();
      const all = await listAll(tx);
      // The order is the store's, by its keys.
      const behind = (id: string) => after === undefined || storeKey(id) > storeKey(after);
      const found = all.filter(({ id }) => behind(id)).slice(0, lookahead(input));
      const usages = new Map<string, Awaited<ReturnType<typeof poolUsage>>>();
      for (const { id } of found) usages.set(id, await poolUsage(tx, id, time));
      return pageOf(
        found,
        input,
        ({ id }) => [id],
        (pool) => poolUsageDocument(pool, usages.get(pool.id) as never),
      );
    },
    { readOnly: true },
  );
}

/** One pool, with how full it is. */
export function getPool(
  { store, now }: RecordsContext,
  { pool }: Input<'getPool'>,
): Promise<Output<'getPool'>> {
  return transact(
    store,
    async (tx) => poolUsageDocument(await findPool(tx, pool), await poolUsage(tx, pool, now())),
    { readOnly: true },
  );
}

/** What a pool has left. */
export function listFreeRanges(
  { store, now }: RecordsContext,
  input: Input<'listFreeRanges'>,
): Promise<Output<'listFreeRanges'>> {
  const after = input.after === undefined ? undefined : IpAddress.parse(input.after);
  return transact(
    store,
    async (tx) => {
      const found = await freeRanges(tx, input.pool, { after, limit: lookahead(input), now: now() });
      const page = pageOf(found, input, ({ last }) => [`${last}`], freeRangeDocument);
      return { ...page, next: page.next === null ? null : (page.items.at(-1)?.last ?? null) };
    },
    { readOnly: true },
  );
}

/** What becomes of an address, and who holds it. @throws {@link AddressInNoPoolError} */
export async function findHolder(
  context: RecordsContext,
  input: Input<'findHolder'>,
): Promise<Output<'findHolder'>> {
  const address = IpAddress.parse(input.address);
  const holder = await context.ipam.findHolder(address);
  if (holder === undefined) throw new AddressInNoPoolError(`${address}`);
  const leases = holder.use.kind === 'leased' ? [holder.use.lease] : [];
  return addressDocument(address, holder, await holdersOf(context, leases));
}

/** Leases, in the order of their pools and addresses. */
export async function listLeases(
  context: RecordsContext,
  input: Input<'listLeases'>,
): Promise<Output<'listLeases'>> {
  const filter = { poolId: input.pool, owner: input.owner };
  if (input.pool !== undefined) await context.ipam.getPool(input.pool);
  const found = await context.ipam.listLeases(filter, { after: placeIn(input), limit: lookahead(input) });
  const endpoints = await holdersOf(context, found);
  return pageOf(found, input, placeOf, (lease) => leaseDocument(lease, endpoints));
}

/** Reservations, in the order of their pools and addresses. */
export function listReservations(
  { store }: RecordsContext,
  input: Input<'listReservations'>,
): Promise<Output<'listReservations'>> {
  const after = placeIn(input);
  return transact(
    store,
    async (tx) => {
      if (input.pool !== undefined) await findPool(tx, input.pool);
      const found = await listKept(tx, { poolId: input.pool }, { after, limit: lookahead(input) });
      return pageOf(found, input, placeOf, reservationDocument);
    },
    { readOnly: true },
  );
}

/** The endpoints that hold some of these leases. */
export async function holdersOf(
  { inventory }: RecordsContext,
  leases: readonly Lease[],
): Promise<EndpointIndex> {
  const owners = leases.map(({ owner }) => parseOwner(owner));
  const ids = new Set(owners.flatMap(({ kind, id }) => (kind === 'endpoint' ? [id] : [])));
  return new Map((await inventory.findEndpoints([...ids])).map((endpoint) => [endpoint.id, endpoint]));
}

function placeOf({ poolId, address }: Pick<Lease, 'poolId' | 'address'>): readonly string[] {
  return [poolId, `${address}`];
}

function placeIn(input: { readonly cursor?: string | undefined }) {
  const [poolId = '', address = ''] = readCursor(input, 2) ?? [];
  return poolId === '' ? undefined : { poolId, address: IpAddress.parse(address) };
}
