import {
  type ListedElement,
  type Nftables,
  NftablesError,
  type NftElement,
  type NftListing,
  type NftListTarget,
  type NftSet,
  Transaction,
} from '@tsnet/nftables';
import { FirewallBusyError, FirewallMissingError, ForeignTableError } from '../errors.ts';
import { emptied, retired } from './clear-table.ts';
import { ADMIN_CHAIN, NETWORK_CHAIN, ruleCounts, ruleset } from './ruleset.ts';
import { everySet, sets, TABLE, table } from './sets.ts';

/** Elements of one set or map of the table. */
export interface SetElements {
  readonly set: NftSet;
  readonly elements: readonly NftElement[];
}

/** The elements of each set and map of the table, by its name. */
export type FirewallContents = ReadonlyMap<string, readonly ListedElement[]>;

const ATTEMPTS = 10;

/**
 * tsnet's table in the firewall of one namespace. It is there while a network is; several processes may
 * change it at once.
 */
export class FirewallTable implements Disposable {
  readonly #open: () => Nftables;
  #nftables: Nftables | undefined;

  /** @param open - opens nftables in the namespace, when it is needed first. */
  constructor(open: () => Nftables) {
    this.#open = open;
  }

  /**
   * Adds elements in one transaction.
   *
   * @throws {@link FirewallMissingError} without the table; {@link NftablesError} `already-exists` when one is there.
   */
  add(wanted: readonly SetElements[]): void {
    this.#inTable(() => this.#run(adding(wanted)));
  }

  /**
   * Makes sure that a network is kept apart from others, before somebody comes onto it.
   *
   * @throws {@link FirewallMissingError} without the table.
   */
  ensureNetwork({ set, elements }: SetElements): void {
    this.#inTable(() => this.#run(new Transaction().ensureElements(set, elements)));
  }

  /** Changes nothing. @throws {@link FirewallMissingError} without the table. */
  mustBeThere(): void {
    if (!this.#isThere()) throw new FirewallMissingError(`table inet ${TABLE}`, undefined);
  }

  /**
   * Adds the elements of a network, and makes the table first where it is missing.
   *
   * @throws {@link ForeignTableError} when there is one of that name that has not what a network needs.
   */
  addNetwork(wanted: readonly SetElements[]): void {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Asked first, since to be refused costs 10 ms.
      if (this.#isThere() && this.#try('not-found', () => this.#run(adding(wanted)))) return;
      if (this.#isForeign()) throw new ForeignTableError(TABLE);
      // Another process may make the table in the same moment, or delete it as its last network goes.
      if (this.#try('already-exists', () => this.#nft().run(ruleset()))) continue;
      if (this.#lacks(wanted)) throw new ForeignTableError(TABLE);
    }
    throw new FirewallBusyError(ATTEMPTS);
  }

  /** Deletes elements; those that are gone, or lead elsewhere by now, are no error. */
  delete(wanted: readonly SetElements[]): void {
    if (this.#tryDelete(wanted)) return;
    for (const { set, elements } of wanted) {
      for (const element of elements) this.#tryDelete([{ set, elements: [element] }]);
    }
  }

  /** Deletes the elements of a network, and with the last one the table, so far as nobody else uses it. */
  deleteNetwork(wanted: readonly SetElements[]): void {
    this.delete(wanted);
    this.deleteUnused();
  }

  /** Deletes the table when no network is in it. */
  deleteUnused(): void {
    // The kernel has the last word, since a network may come at this moment; but being refused costs 10 ms.
    if (this.countNetworks() !== 0) return;
    const listing = this.#list();
    // Without that chain it is empty already, or the table of somebody else that a network was refused for.
    if (!listing?.chains.some(({ chain }) => chain === NETWORK_CHAIN)) return;
    this.#try('in-use', () => this.#nft().run(retired(listing)));
  }

  /** What the table holds; undefined when there is none, or when it lacks rules or sets of this version's. */
  read(): FirewallContents | undefined {
    const listing = this.#list();
    if (listing === undefined || !isWhole(listing)) return undefined;
    return new Map(listing.sets.map(({ set, elements }) => [set, elements]));
  }

  /**
   * Makes the rules anew with all elements, in one transaction: no packet meets them half-done. What others have put
   * into the table stays.
   */
  rebuild(wanted: readonly SetElements[]): void {
    const listing = this.#list();
    const before = listing === undefined ? '' : emptied(listing);
    this.#nft().run(`${before}${ruleset('add')}\n${adding(wanted).lines.join('\n')}\n`);
  }

  /** How many networks are in the table; undefined when there is no table. */
  countNetworks(): number | undefined {
    let count: number | undefined;
    this.#try('not-found', () => {
      const found = this.#nft().list({ what: 'map', set: sets.networks }).sets;
      count = found.reduce((sum, { elements }) => sum + elements.length, 0);
    });
    return count;
  }

  /** What nftables has beside the table: see `Nftables.list`. */
  list(target: NftListTarget): NftListing {
    return this.#nft().list(target);
  }

  close(): void {
    this.#nftables?.close();
    this.#nftables = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #inTable(action: () => void): void {
    try {
      action();
    } catch (error) {
      const isGone = error instanceof NftablesError && error.kind === 'not-found';
      throw isGone ? new FirewallMissingError(`table inet ${TABLE}`, error) : error;
    }
  }

  #run(transaction: Transaction): void {
    if (!transaction.isEmpty) this.#nft().run(transaction);
  }

  #isThere(): boolean {
    const { tables } = this.#nft().list({ what: 'tables' });
    return tables.some(({ family, table: name }) => family === table.family && name === table.table);
  }

  /** Whether the elements are gone; false when one of them leads elsewhere. Without the table, all are. */
  #tryDelete(wanted: readonly SetElements[]): boolean {
    return this.#try('already-exists', () => {
      this.#try('not-found', () => this.#run(deleting(wanted)));
    });
  }

  /** Whether the table is there without one of these sets: they are always made together, in one transaction. */
  #lacks(wanted: readonly SetElements[]): boolean {
    const listing = this.#list();
    if (listing === undefined) return false;
    const found = new Set(listing.sets.map(({ set }) => set));
    return wanted.some(({ set }) => !found.has(set.set));
  }

  /** Whether there is a table that tsnet never made: its own has at least the administrator's chain. */
  #isForeign(): boolean {
    const chains = this.#list()?.chains.map(({ chain }) => chain);
    return chains !== undefined && !chains.includes(ADMIN_CHAIN) && !chains.includes(NETWORK_CHAIN);
  }

  #list(): NftListing | undefined {
    let listing: NftListing | undefined;
    this.#try('not-found', () => {
      listing = this.#nft().list({ what: 'table', table });
    });
    return listing;
  }

  #nft(): Nftables {
    this.#nftables ??= this.#open();
    return this.#nftables;
  }

  /** Whether it went through; false when it was refused in this way. */
  #try(refusal: NftablesError['kind'], action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      if (error instanceof NftablesError && error.kind === refusal) return false;
      throw error;
    }
  }
}

/** Whether a listing of the table has every set, and every chain with as many rules as it is made with. */
function isWhole({ chains, rules, sets: found }: NftListing): boolean {
  const names = new Set(found.map(({ set }) => set));
  const counts = new Map(chains.map(({ chain }) => [chain, 0]));
  for (const { chain } of rules) counts.set(chain, (counts.get(chain) ?? 0) + 1);
  return (
    everySet.every(({ set }) => names.has(set)) &&
    counts.has(ADMIN_CHAIN) &&
    [...ruleCounts()].every(([chain, count]) => counts.get(chain) === count)
  );
}

function adding(wanted: readonly SetElements[]): Transaction {
  const transaction = new Transaction();
  for (const { set, elements } of wanted) transaction.addElements(set, elements);
  return transaction;
}

function deleting(wanted: readonly SetElements[]): Transaction {
  const transaction = new Transaction();
  for (const { set, elements } of wanted) transaction.discardElements(set, elements);
  return transaction;
}
