import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { Bell } from './watch.ts';

/**
 * Rings for each commit to a file: the store rings for its own, and while anybody listens, a timer looks
 * for those of other connections. The timer keeps no process from ending.
 */
export class SqliteNews {
  readonly bell = new Bell();
  readonly #interval: number;
  readonly #version: StatementSync;
  #listeners = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(db: DatabaseSync, interval: number) {
    this.#interval = interval;
    // https://www.sqlite.org/pragma.html#pragma_data_version: it changes with the commits of others only.
    this.#version = db.prepare('PRAGMA data_version');
  }

  /** Looks for news as long as somebody takes from `source`. */
  async *whileListening<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    this.#listen();
    try {
      yield* source;
    } finally {
      this.#listeners -= 1;
      if (this.#listeners === 0) clearInterval(this.#timer);
    }
  }

  #listen(): void {
    this.#listeners += 1;
    if (this.#listeners > 1) return;
    let last = this.#currentVersion();
    const look = () => {
      const version = this.#currentVersion();
      if (version === last) return;
      last = version;
      this.bell.ring();
    };
    this.#timer = setInterval(look, this.#interval).unref();
  }

  #currentVersion(): SQLOutputValue | undefined {
    try {
      return this.#version.get()?.data_version;
    } catch {
      // That is news too: whoever reads then meets the same failure, and can say what it is about.
      return undefined;
    }
  }
}
