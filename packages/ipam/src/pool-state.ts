import { StoreCorruptError } from './errors.ts';
import { stateKey } from './keys.ts';
import type { StoreValue } from './store.ts';
import type { Transaction } from './transaction.ts';

/** What changes in a pool with every lease. */
export interface PoolState {
  /** Offset of the last address that the pool chose: the search for the next one begins behind it. */
  readonly cursor: bigint | undefined;
  readonly used: bigint;
  readonly outside: bigint;
}

/** The state of a pool that has never leased. */
export const freshState: PoolState = { cursor: undefined, used: 0n, outside: 0n };

/** Buffers the new state of a pool. */
export function putState(tx: Transaction, poolId: string, state: PoolState): void {
  tx.put(stateKey(poolId), `${state.cursor ?? '-'} ${state.used} ${state.outside}`);
}

/**
 * The state in a stored text.
 *
 * @throws StoreCorruptError when it is absent or not the text of a state.
 */
export function decodeState(poolId: string, value: StoreValue | undefined): PoolState {
  const match = typeof value === 'string' ? /^(-|\d+) (\d+) (\d+)$/.exec(value) : undefined;
  const [, cursor, used, outside] = match ?? [];
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
  };
}
