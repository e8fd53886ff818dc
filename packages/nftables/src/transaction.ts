import type {
  NftChain,
  NftChainSpec,
  NftCommand,
  NftElement,
  NftMapSpec,
  NftSet,
  NftSetSpec,
  NftTable,
} from './command.ts';
import { renderCommand } from './render.ts';
import type { NftValue } from './value.ts';

/**
 * Commands that nftables applies all together or not at all, in order.
 *
 * Every method checks its arguments at once, throws {@link InvalidNftablesInputError} for what could not
 * stand in a command, and returns the transaction. Nothing runs before `Nftables.run`. An empty list of
 * elements adds no command.
 */
export class Transaction {
  readonly #commands: NftCommand[] = [];
  readonly #lines: string[] = [];

  /** The commands so far, as data. */
  get commands(): readonly NftCommand[] {
    return this.#commands;
  }

  /** The commands so far as nft(8) reads them, in the same order. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Whether there is nothing to do. */
  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** Makes a table unless it is there. */
  addTable(table: NftTable, options: { readonly comment?: string } = {}): this {
    return this.#push({ verb: 'add-table', table, ...options });
  }

  /** Deletes a table with all that is in it; one that is not there is fine. */
  deleteTable(table: NftTable): this {
    return this.#push({ verb: 'delete-table', table });
  }

  /** Makes a chain unless it is there. */
  addChain(chain: NftChain, spec: NftChainSpec = {}): this {
    return this.#push({ verb: 'add-chain', chain, spec });
  }

  /** Deletes the rules of a chain. */
  flushChain(chain: NftChain): this {
    return this.#push({ verb: 'flush-chain', chain });
  }

  /** Deletes an empty chain that nothing jumps to. */
  deleteChain(chain: NftChain): this {
    return this.#push({ verb: 'delete-chain', chain });
  }

  /**
   * Appends a rule. `expression` is text of nft(8), such as `ct state established accept`, for rules that
   * are written by hand: put what comes from outside into sets and maps, not into this text.
   */
  addRule(chain: NftChain, expression: string, options: { readonly comment?: string } = {}): this {
    return this.#push({ verb: 'add-rule', chain, expression, ...options });
  }

  /** Makes a set unless it is there. */
  addSet(set: NftSet, spec: NftSetSpec): this {
    return this.#push({ verb: 'add-set', set, spec });
  }

  /** Makes a map unless it is there. */
  addMap(set: NftSet, spec: NftMapSpec): this {
    return this.#push({ verb: 'add-map', set, spec });
  }

  /** Deletes the elements of a set. */
  flushSet(set: NftSet): this {
    return this.#push({ verb: 'flush-set', set });
  }

  /** Deletes the elements of a map. */
  flushMap(set: NftSet): this {
    return this.#push({ verb: 'flush-map', set });
  }

  /** Deletes a set that no rule uses. */
  deleteSet(set: NftSet): this {
    return this.#push({ verb: 'delete-set', set });
  }

  /** Deletes a map that no rule uses. */
  deleteMap(set: NftSet): this {
    return this.#push({ verb: 'delete-map', set });
  }

  /** Adds elements to a set or map; a key that is there already refuses the transaction (`already-exists`). */
  addElements(set: NftSet, elements: readonly NftElement[]): this {
    return this.#pushElements('create-elements', set, elements);
  }

  /** Adds elements unless they are there; a key that gives something else refuses the transaction. */
  ensureElements(set: NftSet, elements: readonly NftElement[]): this {
    return this.#pushElements('add-elements', set, elements);
  }

  /** Deletes elements by their keys; a key that is not there refuses the transaction (`not-found`). */
  deleteElements(set: NftSet, keys: readonly (readonly NftValue[])[]): this {
    return this.#pushElements(
      'delete-elements',
      set,
      keys.map((key) => ({ key })),
    );
  }

  /**
   * Deletes elements unless they are gone. A key that by now gives something else is somebody else's, and
   * refuses the transaction (`already-exists`).
   */
  discardElements(set: NftSet, elements: readonly NftElement[]): this {
    return this.#pushElements('discard-elements', set, elements);
  }

  #pushElements(
    verb: 'create-elements' | 'add-elements' | 'delete-elements' | 'discard-elements',
    set: NftSet,
    elements: readonly NftElement[],
  ): this {
    return elements.length === 0 ? this : this.#push({ verb, set, elements });
  }

  #push(command: NftCommand): this {
    this.#lines.push(renderCommand(command));
    this.#commands.push(command);
    return this;
  }
}
