/**
 * nftables, one atomic transaction at a time, in-process through libnftables.
 *
 * ```ts
 * import { openLinux } from '@tsnet/linux';
 * import { nftValue, openNftables, Transaction } from '@tsnet/nftables';
 *
 * using nftables = openNftables({ linux: openLinux() });
 * const table = { family: 'inet', table: 'example' } as const;
 * nftables.run(
 *   new Transaction()
 *     .addTable(table)
 *     .addSet({ ...table, set: 'links' }, { key: ['ifname'] })
 *     .addElements({ ...table, set: 'links' }, [{ key: [nftValue.link('br0')] }]),
 * );
 * ```
 *
 * @packageDocumentation
 */
export type {
  NftChain,
  NftChainHook,
  NftChainSpec,
  NftCommand,
  NftElement,
  NftFamily,
  NftMapSpec,
  NftSet,
  NftSetSpec,
  NftTable,
  NftType,
} from './command.ts';
export {
  CorruptNftablesListingError,
  InvalidNftablesInputError,
  NftablesClosedError,
  NftablesError,
  NftablesMissingError,
} from './errors.ts';
export type { NftListTarget } from './list-target.ts';
export type { ListedElement, ListedValue } from './listed-element.ts';
export type { ListedChain, ListedHook, ListedRule, ListedSet, ListedTable, NftListing } from './listing.ts';
export { type Nftables, type NftablesOptions, openNftables } from './nftables.ts';
export { Transaction } from './transaction.ts';
export { type NftProtocol, type NftValue, nftProtocols, nftValue } from './value.ts';
