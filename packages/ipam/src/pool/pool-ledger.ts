import type { IpAddress } from '@tsnet/inet';
import { AddressOutsidePoolError, PoolNotFoundError } from '../errors.ts';
import { checkAddress, poolKey, stateKey } from '../keys.ts';
import type { Transaction } from '../store/transaction.ts';
import { ChunkTree } from './chunk-tree.ts';
import { decodePool, type Pool, type Span, spansOf } from './pool.ts';
import { decodeState, type PoolState, putState } from './pool-state.ts';

/** Counters of a pool, by how many each changes. */
export type PoolCounts = Partial<
  Pick<PoolState, 'used' | 'outside' | 'reserved' | 'reservedOutside' | 'resting'>
>;

/**
 * A pool opened in a transaction, to lease and release in: its record, its counters and its bitmap. A bit
 * is set while its address is leased, reserved, or resting.
 *
 * What changes the counters does so through {@link add}, which buffers the new state at once: the
 * transaction is whole after every step, whatever comes or fails behind it.
 */
export class PoolLedger {
  readonly tx: Transaction;
  readonly pool: Pool;
  readonly tree: ChunkTree;
  readonly spans: readonly Span[];
  #state: PoolState;

  private constructor(tx: Transaction, pool: Pool, state: PoolState) {
    const { prefix } = pool;
    this.tx = tx;
    this.pool = pool;
    this.tree = new ChunkTree(tx, pool.id, prefix.address.bits - prefix.length);
    this.spans = spansOf(pool);
    this.#state = state;
  }

  /**
   * Reads a pool and its counters in one call to the store, together with other keys that are known to be
   * needed.
   *
   * @throws PoolNotFoundError
   */
  static async open(
    tx: Transaction,
    poolId: string,
    operation: string,
    alsoNeeded: readonly string[] = [],
  ): Promise<PoolLedger> {
    const [pool, state] = await tx.getMany([poolKey(poolId), stateKey(poolId), ...alsoNeeded]);
    if (pool === undefined) throw new PoolNotFoundError(operation, poolId);
    return new PoolLedger(tx, decodePool(poolId, pool), decodeState(poolId, state));
  }

  get state(): PoolState {
    return this.#state;
  }

  /** The offset of an address. @throws AddressOutsidePoolError, InvalidLeaseError for what is none. */
  offsetOf(operation: string, address: IpAddress): bigint {
    const { id, prefix } = this.pool;
    checkAddress(address);
    if (!prefix.contains(address)) throw new AddressOutsidePoolError(operation, address, id, prefix);
    return prefix.offsetOf(address);
  }

  /** Whether an offset counts towards the capacity: the pool gives it out by itself. */
  isInside(offset: bigint): boolean {
    return this.spans.some(({ from, to }) => from <= offset && offset <= to);
  }

  /** How many addresses a lease without a name can have. */
  get available(): bigint {
    const { used, reserved } = this.#state;
    return this.pool.capacity - used - reserved;
  }

  /** Changes counters, and moves to behind the offset that the pool chose last. */
  add(changes: PoolCounts, cursor = this.#state.cursor): void {
    const { used, outside, reserved, reservedOutside, resting } = this.#state;
    this.#put({
      cursor,
      used: used + (changes.used ?? 0n),
      outside: outside + (changes.outside ?? 0n),
      reserved: reserved + (changes.reserved ?? 0n),
      reservedOutside: reservedOutside + (changes.reservedOutside ?? 0n),
      resting: resting + (changes.resting ?? 0n),
    });
  }

  /** Notes that something is due at a time. */
  dueAt(time: number): void {
    const { due } = this.#state;
    if (due === undefined || time < due) this.#put({ due: time });
  }

  /** Notes what is due next, now that all before was done. */
  dueNext(due: number | undefined): void {
    if (due !== this.#state.due) this.#put({ due });
  }

  #put(changes: Partial<PoolState>): void {
    this.#state = { ...this.#state, ...changes };
    putState(this.tx, this.pool.id, this.#state);
  }
}
