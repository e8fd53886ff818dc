import { expiryPrefix, leaseKey, restPrefix, timedPlaceOfKey } from '../keys.ts';
import { PoolLedger } from '../pool/pool-ledger.ts';
import { StoreCorruptError } from '../store/store-errors.ts';
import type { Transaction } from '../store/transaction.ts';
import { checkTime } from '../time.ts';
import { endLease, endRest } from './end-lease.ts';
import { decodeLease } from './lease.ts';

/** How many leases that have ended, and how many rested addresses, one lease or release deals with on its way. */
const A_FEW = 4;

/**
 * Ends leases whose time has come and frees addresses that have rested enough: at most `most` of each, the
 * oldest first, so that every lease and release can afford to do some.
 *
 * @returns how many leases were ended.
 */
export async function settleDue(
  ledger: PoolLedger,
  now: number | undefined,
  most: number | 'all' = A_FEW,
): Promise<number> {
  const { due } = ledger.state;
  if (now === undefined || due === undefined || due > now) return 0;
  const { tx, pool } = ledger;

  const leases = await firstInQueue(ledger, expiryPrefix(pool.id), now, most);
  for (const { time, address } of leases.due) {
    const key = leaseKey(pool.id, address);
    const value = await tx.get(key);
    if (value === undefined) throw strayPlace(key);
    await endLease(ledger, decodeLease(key, value), time);
  }
  // Behind the leases: an address that has just come to rest may have rested enough already.
  const rests = await firstInQueue(ledger, restPrefix(pool.id), now, most);
  for (const { time, address } of rests.due) {
    endRest(ledger, address, time);
    await ledger.tree.clear(pool.prefix.offsetOf(address));
  }
  ledger.dueNext(earlier(leases.next, rests.next));
  return leases.due.length;
}

/**
 * What `view` finds in a pool once all that is due by `now` is dealt with; nothing is changed. The cost is that of
 * what is due. Without a time, the pool is as it is.
 *
 * @throws PoolNotFoundError; InvalidLeaseError for a time that is none.
 */
export async function viewSettled<T>(
  tx: Transaction,
  {
    poolId,
    operation,
    now,
  }: { readonly poolId: string; readonly operation: string; readonly now: number | undefined },
  view: (ledger: PoolLedger) => T | Promise<T>,
): Promise<T> {
  checkTime(operation, now);
  const ledger = await PoolLedger.open(tx, poolId, operation);
  const { due } = ledger.state;
  if (now === undefined || due === undefined || due > now) return view(ledger);
  return tx.supposing(async (tx) => {
    const settled = await PoolLedger.open(tx, poolId, operation);
    await settleDue(settled, now, 'all');
    return view(settled);
  });
}

type Place = ReturnType<typeof timedPlaceOfKey>;

async function firstInQueue(
  { tx }: PoolLedger,
  prefix: string,
  now: number,
  most: number | 'all',
): Promise<{ readonly due: readonly Place[]; readonly next: number | undefined }> {
  const entries = await tx.list(prefix, most === 'all' ? {} : { limit: most + 1 });
  const places = entries.map(({ key }) => timedPlaceOfKey(key));
  const due = places.slice(0, most === 'all' ? undefined : most).filter(({ time }) => time <= now);
  return { due, next: places[due.length]?.time };
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

function strayPlace(key: string): StoreCorruptError {
  return new StoreCorruptError(
    'read',
    key,
    'a lease that is to end is missing',
    'Restore the store from a copy.',
  );
}
