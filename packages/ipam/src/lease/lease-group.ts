import type { AddressFamily, IpAddress } from '@tsnet/inet';
import {
  AddressOutsideGroupError,
  GroupExhaustedError,
  GroupFamilyError,
  GroupNotFoundError,
  InvalidLeaseError,
  PoolExhaustedError,
} from '../errors.ts';
import { groupPrefix, leaseKey, placeOfKey, poolKey, requestPrefix, reservedForPrefix } from '../keys.ts';
import { decodePool, type Pool } from '../pool/pool.ts';
import { PoolLedger } from '../pool/pool-ledger.ts';
import { StoreCorruptError } from '../store/store-errors.ts';
import type { Transaction } from '../store/transaction.ts';
import { decodeLease, isExpired, type Lease } from './lease.ts';
import { leaseAddress } from './lease-address.ts';
import { checkTerms, type LeaseRequest } from './lease-request.ts';

/** Who leases from a group, and what. */
export interface GroupLeaseRequest extends LeaseRequest {
  /** One lease from each of these. Default: from each family that the group has. */
  readonly families?: readonly AddressFamily[] | undefined;
}

/**
 * Leases one address of each family from the pools of a group, which are tried in the order of their encoded
 * ids: the next one when one is exhausted. A pool in which the owner has a reservation comes before, and one
 * with a lease under the same key before all. An address that is asked for or preferred speaks for its own
 * family and must lie in a pool of the group.
 *
 * A pool that is full costs one read.
 *
 * @returns the leases in the order of `families`, IPv4 first by default.
 * @throws GroupNotFoundError; GroupFamilyError for a family without a pool; AddressOutsideGroupError;
 * GroupExhaustedError, which names the pools; and what {@link leaseAddress} throws.
 */
export function leaseFromGroup(
  tx: Transaction,
  group: string,
  request: GroupLeaseRequest,
): Promise<readonly Lease[]> {
  return tx.nested(async (tx) => {
    checkTerms('lease', request);
    const pools = await listPoolsOfGroup(tx, group, 'lease from group');
    const { families = familiesOf(pools), address, preferred } = request;
    if (families.length === 0) {
      throw new InvalidLeaseError(
        'lease from group',
        group,
        'it names no family',
        'Leave families out to have all.',
      );
    }
    checkNamed(group, pools, families, address ?? preferred);
    const favored = {
      earlier: await findEarlier(tx, request),
      reserved: await findReserved(tx, request),
    };
    const leases: Lease[] = [];
    for (const family of new Set(families)) {
      const members = pools.filter((pool) => pool.prefix.family === family);
      if (members.length === 0) throw new GroupFamilyError(group, family);
      leases.push(await leaseFromFamily(tx, group, members, request, favored));
    }
    return leases;
  });
}

/**
 * The pools of a group, in the order of their encoded ids.
 *
 * @throws GroupNotFoundError when there is none.
 */
export async function listPoolsOfGroup(
  tx: Transaction,
  group: string,
  operation = 'list pools of group',
): Promise<readonly Pool[]> {
  const prefix = groupPrefix(group);
  const entries = await tx.list(prefix);
  if (entries.length === 0) throw new GroupNotFoundError(operation, group);
  const ids = entries.map(({ key }) => decodeURIComponent(key.slice(prefix.length)));
  const values = await tx.getMany(ids.map(poolKey));
  return ids.map((id, index) => {
    const value = values[index];
    if (value !== undefined) return decodePool(id, value);
    throw new StoreCorruptError(
      'read group',
      group,
      `its pool ${id} is missing`,
      'Restore the store from a copy.',
    );
  });
}

/** Ids of pools, of any group, where the owner has a lease under the same key, or an idle reservation. */
interface Favored {
  readonly earlier: readonly string[];
  readonly reserved: readonly string[];
}

async function leaseFromFamily(
  tx: Transaction,
  group: string,
  pools: readonly Pool[],
  request: GroupLeaseRequest,
  favored: Favored,
): Promise<Lease> {
  const { address, preferred, ...terms } = request;
  const named = address ?? preferred;
  const home = pools.find(({ prefix }) => named && prefix.contains(named));
  const earlier = pools.find(({ id }) => favored.earlier.includes(id));
  // An earlier lease decides even where another pool has the address: the request is then another one.
  if (address && home) return leaseAddress(tx, (earlier ?? home).id, { ...terms, address });

  const reserved = pools.filter(({ id }) => favored.reserved.includes(id));
  const first = [earlier, home, ...reserved].filter((pool) => pool !== undefined);
  for (const pool of new Set([...first, ...pools])) {
    if (!first.includes(pool) && (await isFull(tx, pool, request.now))) continue;
    try {
      return await leaseAddress(tx, pool.id, pool === home ? { ...terms, preferred } : terms);
    } catch (error) {
      if (!(error instanceof PoolExhaustedError)) throw error;
    }
  }
  throw new GroupExhaustedError(group, pools);
}

/** Whether nothing can be had, not even by ending leases whose time has come: one read, of the counters. */
async function isFull(tx: Transaction, { id }: Pool, now: number): Promise<boolean> {
  const { available, state } = await PoolLedger.open(tx, id, 'lease from group');
  return available === 0n && (state.due === undefined || state.due > now);
}

async function findEarlier(
  tx: Transaction,
  { owner, key, now }: GroupLeaseRequest,
): Promise<readonly string[]> {
  if (key === undefined) return [];
  const found = await leasesIndexedBy(tx, requestPrefix(owner, key));
  return found.filter(({ lease }) => lease && !isExpired(lease, now)).map(({ poolId }) => poolId);
}

async function findReserved(tx: Transaction, { owner, now }: GroupLeaseRequest): Promise<readonly string[]> {
  const found = await leasesIndexedBy(tx, reservedForPrefix(owner));
  return found.filter(({ lease }) => !lease || isExpired(lease, now)).map(({ poolId }) => poolId);
}

/** The leases, if there are any, of the places that an index names. */
async function leasesIndexedBy(
  tx: Transaction,
  prefix: string,
): Promise<readonly { readonly poolId: string; readonly lease: Lease | undefined }[]> {
  const places = (await tx.list(prefix)).map(({ key }) => placeOfKey(key));
  const keys = places.map(({ poolId, address }) => leaseKey(poolId, address));
  const values = await tx.getMany(keys);
  return places.map(({ poolId }, index) => {
    const value = values[index];
    return { poolId, lease: value === undefined ? undefined : decodeLease(keys[index] ?? '', value) };
  });
}

function familiesOf(pools: readonly Pool[]): readonly AddressFamily[] {
  const present = new Set(pools.map(({ prefix }) => prefix.family));
  return (['ipv4', 'ipv6'] as const).filter((family) => present.has(family));
}

function checkNamed(
  group: string,
  pools: readonly Pool[],
  families: readonly AddressFamily[],
  named: IpAddress | undefined,
): void {
  if (named === undefined) return;
  if (!families.includes(named.family)) {
    const reason = `a lease of ${families.join(' and ') || 'no family'} was asked for`;
    throw new AddressOutsideGroupError(named, group, reason);
  }
  if (pools.some(({ prefix }) => prefix.contains(named))) return;
  const prefixes = pools.map(({ prefix }) => `${prefix}`).join(', ');
  throw new AddressOutsideGroupError(named, group, `it lies in none of its pools, ${prefixes}`);
}
