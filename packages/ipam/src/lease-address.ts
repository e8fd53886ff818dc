import type { IpAddress } from '@tsnet/inet';
import { ChunkTree } from './chunk-tree.ts';
import {
  AddressOutsidePoolError,
  AddressReservedError,
  AddressTakenError,
  PoolExhaustedError,
} from './errors.ts';
import { leaseKey, ownerKey } from './keys.ts';
import { decodeLease, encodeLease, type Lease } from './lease.ts';
import { leasableOffsets, type Pool, type Span, spansOf } from './pool.ts';
import { checkId } from './pool-spec.ts';
import { putState } from './pool-state.ts';
import { getPoolAndState } from './pools.ts';
import type { Transaction } from './transaction.ts';

/** Who leases, and what. */
export interface LeaseRequest {
  /** Any text of 1 to 256 characters. One owner may hold any number of leases. */
  readonly owner: string;
  /** This very address, from anywhere in the prefix. Default: the next free one of the range. */
  readonly address?: IpAddress | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** The time to note down as {@link Lease.leasedAt}, in milliseconds since 1970. */
  readonly now: number;
}

/**
 * Leases an address. The next free one is the first behind the one chosen last, so that an address that
 * was just released is the last to come back.
 *
 * @throws PoolNotFoundError, PoolExhaustedError; for an address that was asked for, AddressOutsidePoolError,
 * AddressReservedError, AddressTakenError; for an empty or overlong owner, InvalidPoolError.
 */
export async function leaseAddress(tx: Transaction, poolId: string, request: LeaseRequest): Promise<Lease> {
  const { owner, labels = {}, now } = request;
  checkId('lease from pool', 'owner', owner);
  const { pool, state } = await getPoolAndState(tx, poolId, 'lease from pool');
  const { prefix } = pool;
  const tree = new ChunkTree(tx, poolId, prefix.address.bits - prefix.length);
  const spans = spansOf(pool);

  let { cursor, used, outside } = state;
  let offset: bigint;
  if (request.address === undefined) {
    const next = used < pool.capacity ? await nextFree(tree, spans, cursor ?? -1n) : undefined;
    if (next === undefined) throw new PoolExhaustedError(poolId, prefix, pool.capacity);
    offset = next;
    cursor = next;
    used += 1n;
  } else {
    offset = await namedOffset(tx, pool, tree, request.address);
    if (isInside(spans, offset)) used += 1n;
    else outside += 1n;
  }

  const lease = { poolId, address: prefix.at(offset), owner, leasedAt: now, labels: { ...labels } };
  await tree.set(offset);
  putState(tx, poolId, { cursor, used, outside });
  tx.put(leaseKey(poolId, lease.address), encodeLease(lease));
  tx.put(ownerKey(owner, poolId, lease.address), '');
  return lease;
}

/** Whether an offset is one of those that a pool gives out by itself. */
export function isInside(spans: readonly Span[], offset: bigint): boolean {
  return spans.some(({ from, to }) => from <= offset && offset <= to);
}

async function nextFree(
  tree: ChunkTree,
  spans: readonly Span[],
  cursor: bigint,
): Promise<bigint | undefined> {
  const behind = spans
    .filter(({ to }) => to > cursor)
    .map(({ from, to }) => ({ from: from > cursor ? from : cursor + 1n, to }));
  // The span around the cursor comes a second time, for the part before it.
  const before = spans.filter(({ from }) => from <= cursor);
  for (const { from, to } of [...behind, ...before]) {
    const offset = await tree.findClear(from, to);
    if (offset !== undefined) return offset;
  }
  return undefined;
}

async function namedOffset(
  tx: Transaction,
  pool: Pool,
  tree: ChunkTree,
  address: IpAddress,
): Promise<bigint> {
  const { id, prefix, exclude } = pool;
  if (!prefix.contains(address)) throw new AddressOutsidePoolError('lease', address, id, prefix);
  const offset = prefix.offsetOf(address);
  const [lowest, highest] = leasableOffsets(prefix);
  if (offset < lowest || offset > highest) {
    throw new AddressReservedError(address, id, reservedReason(prefix.family, offset));
  }
  const gap = exclude.find((range) => range.contains(address));
  if (gap) throw new AddressReservedError(address, id, `the pool excludes ${gap}`);
  if (await tree.has(offset)) {
    const key = leaseKey(id, address);
    throw new AddressTakenError(address, id, decodeLease(key, (await tx.get(key)) ?? '').owner);
  }
  return offset;
}

function reservedReason(family: 'ipv4' | 'ipv6', offset: bigint): string {
  if (family === 'ipv6') return 'it is the subnet-router anycast address';
  return offset === 0n ? 'it is the network address' : 'it is the broadcast address';
}
