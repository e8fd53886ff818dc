import type { Store } from './store.ts';
import { StoreAbortedError, StoreClosedError, StoreUnavailableError } from './store-errors.ts';
import { type TransactOptions, transact } from './transact.ts';
import type { Transaction } from './transaction.ts';

/** How many bodies one commit takes at most: it keeps other processes waiting for all of them. */
const LARGEST = 64;

interface Waiting {
  /** Runs the caller's body, and returns what tells the caller of its result. */
  readonly body: (tx: Transaction) => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

/**
 * Transactions of many callers at once, in few commits: those that come while one is under way go into the
 * next one together. Each caller learns of its own outcome alone, when the commit has happened; a body that
 * throws leaves nothing, and disturbs nobody. A caller that comes alone waits for nobody.
 *
 * To a store, a commit costs more than what lies in it, so that a busy process gets several times as much done.
 */
export class GroupCommit {
  readonly #store: Store;
  readonly #options: TransactOptions;
  #waiting: Waiting[] = [];
  #isBusy = false;

  constructor(store: Store, options: TransactOptions = {}) {
    this.#store = store;
    this.#options = options;
  }

  /** Runs a body as {@link transact} does, whose errors it throws. */
  run<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const telling = async (tx: Transaction) => {
        const result = await body(tx);
        return () => resolve(result);
      };
      this.#waiting.push({ body: telling, reject });
      if (!this.#isBusy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.slice(0, LARGEST);
      this.#waiting = this.#waiting.slice(LARGEST);
      await this.#commit(group);
    }
    this.#isBusy = false;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const [first] = group;
    try {
      const body = first && group.length === 1 ? first.body : (tx: Transaction) => runAll(tx, group);
      const tell = await transact(this.#store, body, this.#options);
      tell();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

async function runAll(tx: Transaction, group: readonly Waiting[]): Promise<() => void> {
  const outcomes: (() => void)[] = [];
  for (const { body, reject } of group) {
    try {
      outcomes.push(await tx.nested(body));
    } catch (error) {
      // Where the store fails, none of the others has to find out for itself.
      if (isOfStore(error)) throw error;
      outcomes.push(() => reject(error));
    }
  }
  return () => {
    for (const tell of outcomes) tell();
  };
}

/** Whether a store cannot be used now, whatever is asked of it. */
function isOfStore(error: unknown): boolean {
  return [StoreUnavailableError, StoreAbortedError, StoreClosedError].some((type) => error instanceof type);
}
