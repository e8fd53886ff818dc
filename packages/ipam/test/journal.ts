import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What a worker is about to do, in one step: some addresses or one that it names, or giving back what it lists. */
export type Operation =
  | { readonly verb: 'lease'; readonly poolId: string; readonly count: number; readonly address?: string }
  | { readonly verb: 'release'; readonly poolId: string; readonly addresses: readonly string[] };

/** What came of it. The revision is the store's, and says where among all workers' operations it took place. */
export type Outcome =
  | { readonly addresses: readonly string[]; readonly revision: number }
  | { readonly refused: string };

/** An operation of which the outcome is absent if the worker did not live to see it. */
export interface JournalEntry {
  readonly operation: Operation;
  readonly outcome: Outcome | undefined;
}

/**
 * A worker's account of itself. Each line is written at once: what a worker knew lies in the file, however the
 * worker ends.
 */
export class JournalWriter implements Disposable {
  readonly #fd: number;

  constructor(file: string) {
    this.#fd = openSync(file, 'w');
  }

  /** Before the operation begins. */
  begin(operation: Operation): void {
    writeSync(this.#fd, `${JSON.stringify(operation)}\n`);
  }

  /** After the store has answered. */
  end(outcome: Outcome): void {
    writeSync(this.#fd, `${JSON.stringify(outcome)}\n`);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** Reads what a worker has written. A line that was cut off by its end counts as not written. */
export function readJournal(file: string): readonly JournalEntry[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const entries: JournalEntry[] = [];
  for (let index = 0; index < lines.length; index += 2) {
    const outcome = lines[index + 1];
    entries.push({
      operation: JSON.parse(lines[index] ?? ''),
      outcome: outcome === undefined ? undefined : JSON.parse(outcome),
    });
  }
  return entries;
}
