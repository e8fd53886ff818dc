import type { NftChain, NftSet, NftTable } from './command.ts';
import { chain, set, table } from './render.ts';

/**
 * What to list. `chains` come without their rules; a table comes with all that is in it; a chain with its rules; a
 * set or map with its elements.
 */
export type NftListTarget =
  | { readonly what: 'ruleset' | 'tables' | 'chains' }
  | { readonly what: 'table'; readonly table: NftTable }
  | { readonly what: 'chain'; readonly chain: NftChain }
  | { readonly what: 'set' | 'map'; readonly set: NftSet };

/** The command that lists it. */
export function renderListTarget(target: NftListTarget): string {
  switch (target.what) {
    case 'table':
      return `list table ${table(target.table)}`;
    case 'chain':
      return `list chain ${chain(target.chain)}`;
    case 'set':
      return `list set ${set(target.set)}`;
    case 'map':
      return `list map ${set(target.set)}`;
    default:
      return `list ${target.what}`;
  }
}
