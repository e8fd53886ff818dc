import { statSync } from 'node:fs';
import { StoreUnavailableError } from './store-errors.ts';

/** How long a look holds, in milliseconds: a store that is busy need not look for each commit. */
const FRESH = 10;

/**
 * Where the file of a store lies. SQLite goes on writing to a file that was moved away or deleted: what is committed
 * there is lost, and whoever opens the path next finds another one, and hands the same things out again.
 */
export class FilePlace {
  readonly #file: string;
  readonly #identity: string;
  #lookedAt = performance.now();

  /** The file is open. */
  constructor(file: string) {
    this.#file = file;
    this.#identity = identityOf(file);
  }

  /** @throws StoreUnavailableError when the file is not at its path any more. */
  mustBeThere(): void {
    const now = performance.now();
    if (now - this.#lookedAt < FRESH) return;
    this.#lookedAt = now;
    if (identityOf(this.#file) === this.#identity) return;
    // The next one is to look again.
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    const reason = 'it was moved or deleted while it was open';
    throw new StoreUnavailableError('write', this.#file, reason, 'Put it back, or open it again.');
  }
}

function identityOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? 'none' : `${found.dev}.${found.ino}`;
}
