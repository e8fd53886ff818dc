import type { ListedChain, ListedSet, NftListing } from '@tsnet/nftables';
import { ADMIN_CHAIN, NETWORK_CHAIN, ruleCounts } from './ruleset.ts';
import { allowedSets, everySet, TABLE } from './sets.ts';

/**
 * Empties what is tsnet's own in the table, so that it can be filled anew in the same transaction. The administrator's
 * chain stays as it is, with all else that others have put there.
 */
export function emptied(listing: NftListing): string {
  const { chains, sets } = ownParts(listing);
  return commands([
    ...chains.map(({ chain }) => `flush chain inet ${TABLE} ${chain}`),
    ...sets.map(({ set, data }) => `flush ${kindOf(data)} inet ${TABLE} ${set}`),
    // Nothing refers to these, and one that was hooked in elsewhere cannot be put right.
    ...chains
      .filter(({ hook }) => hook !== undefined)
      .map(({ chain }) => `delete chain inet ${TABLE} ${chain}`),
  ]);
}

/**
 * Deletes the table if no network is left in it; refused with EBUSY while one is. Where others have put something
 * there, rules in the administrator's chain above all, that stays, with the sets that it uses; no packet meets it then.
 */
export function retired(listing: NftListing): string {
  const { chains, sets, strangers } = ownParts(listing);
  const ofNetworks = `flush chain inet ${TABLE} ${NETWORK_CHAIN}\ndelete chain inet ${TABLE} ${NETWORK_CHAIN}`;
  if (!strangers.arePresent) return commands([ofNetworks, `delete table inet ${TABLE}`]);
  return commands([
    ...chains.map(({ chain }) => `flush chain inet ${TABLE} ${chain}`),
    ...chains.map(({ chain }) => `delete chain inet ${TABLE} ${chain}`),
    ...sets
      .filter(({ set }) => !strangers.uses(set))
      .map(({ set, data }) => `delete ${kindOf(data)} inet ${TABLE} ${set}`),
  ]);
}

interface OwnParts {
  readonly chains: readonly ListedChain[];
  readonly sets: readonly ListedSet[];
  readonly strangers: { readonly arePresent: boolean; uses(set: string): boolean };
}

/** Tells what tsnet has made in the table from what others have. */
function ownParts({ chains, rules, sets }: NftListing): OwnParts {
  const ownChains = ruleCounts();
  const ownSets = new Set([...everySet.map(({ set }) => set), ...allowedSets]);
  const otherRules = rules.filter(({ chain }) => !ownChains.has(chain));
  const text = JSON.stringify(otherRules.map(({ expression }) => expression));
  const isStrange = ({ chain }: ListedChain) => !ownChains.has(chain) && chain !== ADMIN_CHAIN;
  return {
    chains: chains.filter(({ chain }) => ownChains.has(chain)),
    sets: sets.filter(({ set }) => ownSets.has(set)),
    strangers: {
      arePresent:
        otherRules.length > 0 || chains.some(isStrange) || sets.some(({ set }) => !ownSets.has(set)),
      uses: (set) => text.includes(`"@${set}"`),
    },
  };
}

function kindOf(data: ListedSet['data']): 'map' | 'set' {
  return data === undefined ? 'set' : 'map';
}

function commands(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
