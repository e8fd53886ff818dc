import { describe, expect, it } from 'vitest';
import { CorruptNftablesListingError } from '../errors.ts';
import type { ListedChain, NftListing } from '../listing.ts';
import type { Nftables } from '../nftables.ts';
import { readForeignTables } from './read-nftables.ts';

const nothing: NftListing = { tables: [], chains: [], rules: [], sets: [] };
const hook = { type: 'filter', hook: 'forward', priority: 0, policy: 'drop' };

function chain(family: ListedChain['family'], table: string, name: string, isHooked: boolean): ListedChain {
  return { family, table, handle: 1, chain: name, hook: isHooked ? hook : undefined };
}

const chains = [
  chain('inet', 'tsnet', 'forward', true),
  chain('ip', 'filter', 'FORWARD', true),
  chain('ip', 'filter', 'sub', false),
  chain('ip', 'nat', 'sub', false),
  chain('bridge', 'filter', 'FORWARD', true),
];

/** Lists chains; of everything else what is asked for. */
function fake(answer: (target: Parameters<Nftables['list']>[0]) => NftListing): Pick<Nftables, 'list'> {
  return { list: (target) => (target.what === 'chains' ? { ...nothing, chains } : answer(target)) };
}

describe('readForeignTables', () => {
  it('lists the tables of others alone, where forwarded packets pass', () => {
    const asked: unknown[] = [];
    const tables = readForeignTables(
      fake((target) => {
        asked.push(target);
        return { ...nothing, chains };
      }),
    );
    expect(asked).toEqual([{ what: 'table', table: { family: 'ip', table: 'filter' } }]);
    expect(tables.map(({ family, name }) => `${family} ${name}`)).toEqual(['ip filter']);
  });

  it('reads the rules of a table whose sets are not understood', () => {
    const [table] = readForeignTables(
      fake((target) => {
        if (target.what !== 'chain') throw new CorruptNftablesListingError('a set', 'it has no type');
        return {
          ...nothing,
          rules: [{ ...target.chain, handle: 1, comment: undefined, expression: [{ drop: null }] }],
        };
      }),
    );
    expect([...(table?.chains.values() ?? [])]).toEqual([
      { name: 'FORWARD', isForwardHook: true, policy: 'drop', rules: [[{ drop: null }]] },
      { name: 'sub', isForwardHook: false, policy: 'accept', rules: [[{ drop: null }]] },
    ]);
    expect(table?.sets.size).toBe(0);
  });
});
