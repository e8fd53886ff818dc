import type { IpAddress } from '@tsnet/inet';
import { ChunkTree } from './chunk-tree.ts';
import { AddressOutsidePoolError, LeaseHeldByOtherError } from './errors.ts';
import { leaseKey, ownerKey } from './keys.ts';
import { decodeLease } from './lease.ts';
import { isInside } from './lease-address.ts';
import { spansOf } from './pool.ts';
import { putState } from './pool-state.ts';
import { getPoolAndState } from './pools.ts';
import type { Transaction } from './transaction.ts';

/**
 * Releases the lease that `owner` holds on an address; `false` if nobody holds one.
 *
 * @throws LeaseHeldByOtherError when somebody else does; PoolNotFoundError; AddressOutsidePoolError.
 */
export async function releaseAddress(
  tx: Transaction,
  poolId: string,
  address: IpAddress,
  owner: string,
): Promise<boolean> {
  const { pool, state } = await getPoolAndState(tx, poolId, 'release to pool');
  const { prefix } = pool;
  if (!prefix.contains(address)) throw new AddressOutsidePoolError('release', address, poolId, prefix);
  const key = leaseKey(poolId, address);
  const value = await tx.get(key);
  if (value === undefined) return false;
  const lease = decodeLease(key, value);
  if (lease.owner !== owner) throw new LeaseHeldByOtherError(address, poolId, owner, lease.owner);

  const offset = prefix.offsetOf(address);
  await new ChunkTree(tx, poolId, prefix.address.bits - prefix.length).clear(offset);
  const { used, outside } = state;
  const counts = isInside(spansOf(pool), offset) ? { used: used - 1n } : { outside: outside - 1n };
  putState(tx, poolId, { ...state, ...counts });
  tx.delete(key);
  tx.delete(ownerKey(owner, poolId, address));
  return true;
}
