import type { Linux } from '@tsnet/linux';
import { CorruptNftablesListingError, NftablesError } from '../errors.ts';
import type { ListedValue } from '../listed-element.ts';
import type { ListedChain, NftListing } from '../listing.ts';
import { type Nftables, openNftables } from '../nftables.ts';
import type { FirewallChain, FirewallFamily, FirewallTable } from './firewall-table.ts';

const families: ReadonlySet<string> = new Set(['ip', 'ip6', 'inet']);

/** Name of the table that is tsnet's own. */
const OWN_TABLE = 'tsnet';

/**
 * Reads the tables of others in the thread's namespace that have a chain where forwarded packets pass. It goes through
 * libnftables: no process is started. Needs CAP_NET_ADMIN.
 *
 * @throws {@link NftablesMissingError}, {@link NftablesError}
 */
export function readNftables(linux: Linux): readonly FirewallTable[] {
  using nftables = openNftables({ linux, backend: 'libnftables' });
  return readForeignTables(nftables);
}

/** As {@link readNftables}, of an open handle, and only of tables that are wanted. */
export function readForeignTables(
  nftables: Pick<Nftables, 'list'>,
  isWanted: (chain: ListedChain) => boolean = () => true,
): readonly FirewallTable[] {
  const { chains } = nftables.list({ what: 'chains' });
  const foreign = chains.filter(
    (chain) =>
      families.has(chain.family) &&
      !(chain.family === 'inet' && chain.table === OWN_TABLE) &&
      isWanted(chain),
  );
  const tables = Map.groupBy(foreign, ({ family, table }) => `${family} ${table}`);
  return [...tables.values()]
    .filter((members) => members.some(isForwardHook))
    .flatMap((members) => readTable(nftables, members));
}

function readTable(
  nftables: Pick<Nftables, 'list'>,
  chains: readonly ListedChain[],
): readonly FirewallTable[] {
  const [first] = chains;
  if (first === undefined) return [];
  const { family, table: name } = first;
  try {
    const listing = listTable(nftables, first, chains);
    return [
      {
        backend: 'nftables',
        family: family as FirewallFamily,
        name,
        chains: chainsOf(listing),
        sets: setsOf(listing),
      },
    ];
  } catch (error) {
    // It was deleted meanwhile.
    if (error instanceof NftablesError && error.errnoName === 'ENOENT') return [];
    throw error;
  }
}

/** Sets of others may be of types that are not understood: then rules are read without what is in them. */
function listTable(
  nftables: Pick<Nftables, 'list'>,
  { family, table }: ListedChain,
  chains: readonly ListedChain[],
): NftListing {
  try {
    return nftables.list({ what: 'table', table: { family, table } });
  } catch (error) {
    if (!(error instanceof CorruptNftablesListingError)) throw error;
    const listings = chains.map(({ chain }) =>
      nftables.list({ what: 'chain', chain: { family, table, chain } }),
    );
    return { tables: [], chains, rules: listings.flatMap(({ rules }) => rules), sets: [] };
  }
}

function chainsOf({ chains, rules }: NftListing): ReadonlyMap<string, FirewallChain> {
  const byChain = Map.groupBy(rules, ({ chain }) => chain);
  return new Map(
    chains.map(({ chain: name, hook }): [string, FirewallChain] => [
      name,
      {
        name,
        isForwardHook: isForwardHook({ hook }),
        policy: hook?.policy === 'drop' ? 'drop' : 'accept',
        rules: (byChain.get(name) ?? []).map(({ expression }) => expression),
      },
    ]),
  );
}

function isForwardHook({ hook }: Pick<ListedChain, 'hook'>): boolean {
  return hook?.hook === 'forward' && hook.type === 'filter';
}

/** A set of one field, as a rule would have it in braces; others are never looked into. */
function setsOf({ sets }: NftListing): ReadonlyMap<string, readonly unknown[]> {
  return new Map(
    sets
      .filter(({ key, data }) => key.length === 1 && data === undefined)
      .map(({ set, elements }) => [
        set,
        elements.flatMap(({ key: [value] }) => (value === undefined ? [] : [jsonOf(value)])),
      ]),
  );
}

function jsonOf(value: ListedValue): unknown {
  switch (value.type) {
    case 'address':
      return value.address;
    case 'prefix':
      return { prefix: { addr: value.address, len: value.length } };
    case 'address-range':
      return { range: [value.first, value.last] };
    case 'link':
      return value.name;
    case 'other':
      return value.json;
    default:
      return { unknown: value.type };
  }
}
