import { IpPrefix } from '@tsnet/inet';
import { InvalidPoolError, PrefixesExhaustedError } from '../errors.ts';
import { carveKey } from '../keys.ts';
import type { StoreValue } from '../store/store.ts';
import { StoreCorruptError } from '../store/store-errors.ts';
import type { Transaction } from '../store/transaction.ts';
import { FreePieceSearch, type HeldBlock, prefixOfBlock } from './automatic-pool-search.ts';
import type { Pool, PoolSpec } from './pool.ts';
import { createPool } from './pools.ts';
import { checkSupernet, formatSupernet, type Supernet } from './supernet.ts';

/** Where a prefix is to be cut from. */
export interface CarveRequest {
  /** Tried in this order: the next one when one is full. */
  readonly supernets: readonly Supernet[];
  /** Prefixes to stay clear of besides those of all pools, such as the routes of a host. Default: none. */
  readonly inUse?: readonly IpPrefix[] | undefined;
}

/** The parts of a pool's spec that lie in its prefix. */
export type PoolLayout = Pick<PoolSpec, 'range' | 'exclude' | 'gateway'>;

/** A pool whose prefix is chosen for it. */
export interface AutomaticPoolSpec
  extends Omit<PoolSpec, 'prefix' | 'carvedFrom' | keyof PoolLayout>,
    CarveRequest {
  /** Says what lies where, once the prefix is known. Default: the whole prefix is leased from. */
  readonly layout?: ((prefix: IpPrefix) => PoolLayout) | undefined;
}

/**
 * Creates a pool with the next free prefix, see {@link carvePrefix}.
 *
 * @throws PrefixesExhaustedError that names who holds what; and what {@link createPool} throws.
 */
export function createAutomaticPool(tx: Transaction, spec: AutomaticPoolSpec): Promise<Pool> {
  return tx.nested(async (tx) => {
    const { supernets, inUse, layout, ...rest } = spec;
    const carved = await carvePrefix(tx, { supernets, inUse });
    return createPool(tx, { ...rest, ...layout?.(carved.prefix), ...carved });
  });
}

/** What {@link carvePrefix} found: the parts of a {@link PoolSpec} that say so. */
export interface CarvedPrefix {
  readonly prefix: IpPrefix;
  readonly carvedFrom: Supernet;
}

/**
 * Finds a prefix that meets no pool and nothing in use, for a pool that the caller creates in the same
 * transaction. Each supernet is gone through round and round, for each length of its pieces on its own: the
 * next prefix is the first free one behind the one carved last, so that one given up comes back as late as
 * can be.
 *
 * The cost is that of the blocks between the one carved last and the next that is free, however many there
 * are elsewhere: none where prefixes are handed out in turn, all of a supernet's only when it is full.
 *
 * @throws PrefixesExhaustedError that names who holds what; InvalidPoolError for pieces larger than their
 * supernet, and for no supernet at all.
 */
export function carvePrefix(tx: Transaction, request: CarveRequest): Promise<CarvedPrefix> {
  return tx.nested(async (tx) => {
    const { supernets, inUse = [] } = request;
    if (supernets.length === 0) {
      const hint = 'Give at least one supernet.';
      throw new InvalidPoolError('a prefix', 'there is nothing to carve it from', hint, 'carve');
    }
    for (const supernet of supernets) checkSupernet(supernet);
    const keys = supernets.map(({ prefix, length }) => carveKey(prefix, length));
    const cursors = await tx.getMany(keys);
    const passed: HeldBlock[] = [];
    for (const [index, supernet] of supernets.entries()) {
      const key = keys[index] ?? '';
      const carvedLast = decodeCursor(key, cursors[index]);
      const piece = await nextPiece(tx, supernet, inUse, carvedLast, passed);
      if (piece === undefined) continue;
      tx.put(key, `${piece}`);
      return { prefix: piece, carvedFrom: supernet };
    }
    throw new PrefixesExhaustedError(supernets.map(formatSupernet).join(', '), formatBlocks(passed));
  });
}

/** Behind the piece carved last, up to the end; then from the start. Adds what stood in the way to `passed`. */
async function nextPiece(
  tx: Transaction,
  supernet: Supernet,
  inUse: readonly IpPrefix[],
  carvedLast: IpPrefix | undefined,
  passed: HeldBlock[],
): Promise<IpPrefix | undefined> {
  const { prefix } = supernet;
  const first = prefix.first.value;
  const behind = carvedLast === undefined ? first : carvedLast.last.value + 1n;
  const walks = [
    { from: behind, to: prefix.last.value },
    { from: first, to: behind - 1n },
  ];
  for (const { from, to } of walks) {
    const piece = await new FreePieceSearch(tx, supernet, inUse, passed).run(from, to);
    if (piece !== undefined) return piece;
  }
  return undefined;
}

function decodeCursor(key: string, value: StoreValue | undefined): IpPrefix | undefined {
  if (value === undefined) return undefined;
  try {
    return IpPrefix.parse(String(value));
  } catch (cause) {
    const hint = 'Restore the store from a copy.';
    throw new StoreCorruptError('carve', key, 'it is not the prefix carved last', hint, cause);
  }
}

/** How many holders an error names. */
const A_FEW = 4;

function formatBlocks(blocks: readonly HeldBlock[]): string {
  // One that lies around the place where a round begins is passed twice.
  const distinct = [...new Map(blocks.map((block) => [block.key, block])).values()];
  const names = distinct.slice(0, A_FEW).map((block) => {
    const prefix = prefixOfBlock(block);
    return block.poolId === undefined ? `${prefix} in use` : `pool ${block.poolId} with ${prefix}`;
  });
  const more = distinct.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
