import type { NftFamily } from './command.ts';
import { CorruptNftablesListingError } from './errors.ts';
import { isRecord, type JsonRecord, text, wholeNumber } from './json.ts';
import { type ListedElement, parseElement } from './listed-element.ts';

/** What a listing found, by kind of object. */
export interface NftListing {
  readonly tables: readonly ListedTable[];
  readonly chains: readonly ListedChain[];
  readonly rules: readonly ListedRule[];
  /** Sets and maps. */
  readonly sets: readonly ListedSet[];
}

/** A table that is there. */
export interface ListedTable {
  readonly family: NftFamily;
  readonly table: string;
  readonly handle: number;
}

/** A chain that is there. */
export interface ListedChain extends ListedTable {
  readonly chain: string;
  /** Undefined for a chain that is jumped to. */
  readonly hook: ListedHook | undefined;
}

/** Where a base chain is hooked in. */
export interface ListedHook {
  readonly type: string;
  readonly hook: string;
  readonly priority: number;
  readonly policy: string | undefined;
}

/** A rule that is there. */
export interface ListedRule extends ListedTable {
  readonly chain: string;
  readonly comment: string | undefined;
  /** Its statements in the JSON of libnftables-json(5). */
  readonly expression: readonly unknown[];
}

/** A set or map that is there. */
export interface ListedSet extends ListedTable {
  readonly set: string;
  /** The types of the key's fields. */
  readonly key: readonly string[];
  /** The types of the fields that a key gives; undefined for a set. */
  readonly data: readonly string[] | undefined;
  readonly comment: string | undefined;
  readonly elements: readonly ListedElement[];
}

/**
 * Reads what nft prints with `--json --handle --numeric-protocol --numeric-priority`. Objects of other kinds
 * are passed over.
 *
 * @throws {@link CorruptNftablesListingError}
 */
export function parseListing(output: string): NftListing {
  const tables: ListedTable[] = [];
  const chains: ListedChain[] = [];
  const rules: ListedRule[] = [];
  const sets: ListedSet[] = [];
  for (const entry of parseObjects(output)) {
    const [kind, value] = Object.entries(isRecord(entry) ? entry : {})[0] ?? [];
    if (!isRecord(value)) continue;
    if (kind === 'table') tables.push({ ...parsePlace(value, 'name') });
    else if (kind === 'chain') chains.push(parseChain(value));
    else if (kind === 'rule') rules.push(parseRule(value));
    else if (kind === 'set' || kind === 'map') sets.push(parseSet(value));
  }
  return { tables, chains, rules, sets };
}

function parseObjects(output: string): readonly unknown[] {
  let root: unknown;
  try {
    root = JSON.parse(output);
  } catch (cause) {
    throw new CorruptNftablesListingError('a listing', 'it is no JSON', cause);
  }
  const objects = isRecord(root) ? root.nftables : undefined;
  if (!Array.isArray(objects))
    throw new CorruptNftablesListingError('a listing', 'it has no list "nftables"');
  return objects;
}

function parsePlace(value: JsonRecord, nameOfTable: string): ListedTable {
  return {
    family: text(value, 'family') as NftFamily,
    table: text(value, nameOfTable),
    handle: wholeNumber(value, 'handle'),
  };
}

function parseChain(value: JsonRecord): ListedChain {
  const hook =
    value.hook === undefined
      ? undefined
      : {
          type: text(value, 'type'),
          hook: text(value, 'hook'),
          priority: wholeNumber(value, 'prio'),
          policy: optionalText(value, 'policy'),
        };
  return { ...parsePlace(value, 'table'), chain: text(value, 'name'), hook };
}

function parseRule(value: JsonRecord): ListedRule {
  const expression = value.expr;
  return {
    ...parsePlace(value, 'table'),
    chain: text(value, 'chain'),
    comment: optionalText(value, 'comment'),
    expression: Array.isArray(expression) ? expression : [],
  };
}

function parseSet(value: JsonRecord): ListedSet {
  const key = parseTypes(value.type);
  const data = value.map === undefined ? undefined : parseTypes(value.map);
  const elements = value.elem === undefined ? [] : value.elem;
  if (!Array.isArray(elements)) throw new CorruptNftablesListingError('a set', 'its elements are no list');
  return {
    ...parsePlace(value, 'table'),
    set: text(value, 'name'),
    key,
    data,
    comment: optionalText(value, 'comment'),
    elements: elements.map((element: unknown) => parseElement(element, key, data)),
  };
}

/** nft 1.0.6 prints the fields of a key as a list, and those of a map's data as one text. */
function parseTypes(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' . ');
  if (Array.isArray(value) && value.every((type) => typeof type === 'string')) return value;
  throw new CorruptNftablesListingError('a set', 'it has no type');
}

function optionalText(value: JsonRecord, key: string): string | undefined {
  return value[key] === undefined ? undefined : text(value, key);
}
