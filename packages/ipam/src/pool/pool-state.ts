import { stateKey } from '../keys.ts';
import type { StoreValue } from '../store/store.ts';
import { StoreCorruptError } from '../store/store-errors.ts';
import type { Transaction } from '../store/transaction.ts';

/** What changes in a pool with every lease. "Inside" are the addresses that count towards its capacity. */
export interface PoolState {
  /** Offset of the last address that the pool chose: the search for the next one begins behind it. */
  readonly cursor: bigint | undefined;
  /** Leases inside. */
  readonly used: bigint;
  /** Leases of other addresses. */
  readonly outside: bigint;
  /** Reservations inside that nobody has leased. */
  readonly reserved: bigint;
  /** Reservations of other addresses that nobody has leased. */
  readonly reservedOutside: bigint;
  /** Addresses inside that rest. */
  readonly resting: bigint;
  /** No lease of the pool ends, and no address of it has rested enough, before this time. */
  readonly due: number | undefined;
}

/** The state of a pool that has never leased. */
export const freshState: PoolState = {
  cursor: undefined,
  used: 0n,
  outside: 0n,
  reserved: 0n,
  reservedOutside: 0n,
  resting: 0n,
  due: undefined,
};

/** Buffers the new state of a pool. */
export function putState(tx: Transaction, poolId: string, state: PoolState): void {
  const { cursor = '-', used, outside, reserved, reservedOutside, resting, due = '-' } = state;
  const text = `${cursor} ${used} ${outside}`;
  const isPlain = reserved === 0n && reservedOutside === 0n && resting === 0n && due === '-';
  tx.put(stateKey(poolId), isPlain ? text : `${text} ${reserved} ${reservedOutside} ${resting} ${due}`);
}

const pattern = /^(-|\d+) (\d+) (\d+)(?: (\d+) (\d+) (\d+) (-|\d+))?$/;

/**
 * The state in a stored text.
 *
 * @throws StoreCorruptError when it is absent or not the text of a state.
 */
export function decodeState(poolId: string, value: StoreValue | undefined): PoolState {
  const match = typeof value === 'string' ? pattern.exec(value) : undefined;
  const [, cursor, used, outside, reserved = 0n, reservedOutside = 0n, resting = 0n, due = '-'] = match ?? [];
  if (cursor === undefined || used === undefined || outside === undefined) {
    throw new StoreCorruptError(
      'read pool',
      poolId,
      'its counters are damaged',
      'Restore the store from a copy.',
    );
  }
  return {
    cursor: cursor === '-' ? undefined : BigInt(cursor),
    used: BigInt(used),
    outside: BigInt(outside),
    reserved: BigInt(reserved),
    reservedOutside: BigInt(reservedOutside),
    resting: BigInt(resting),
    due: due === '-' ? undefined : Number(due),
  };
}
