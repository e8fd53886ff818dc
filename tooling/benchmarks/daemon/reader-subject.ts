import { setTimeout } from 'node:timers/promises';
import { openClient } from '@tsnet/api';
import { serve } from '../shared/remote.ts';
import { type Summary, summarize } from '../shared/statistics.ts';

/*
 * node reader-subject.ts SOCKET NETWORK
 *
 * Reads one network again and again, on a connection of its own, until it is told to stop.
 */

/** Between an answer and the next question. */
const PAUSE_MS = 4;

const [socket = '', network = ''] = process.argv.slice(2);

class ReaderSubject {
  readonly #client = openClient({ socket });
  #reading: Promise<readonly number[]> | undefined;
  #stopped = false;

  /** Begins to read. */
  async start(): Promise<void> {
    this.#stopped = false;
    this.#reading = this.#read();
    // Whoever stops it hears of a failure.
    this.#reading.catch(() => {});
  }

  /** Ends it: the milliseconds of each read. */
  async stop(): Promise<Summary> {
    this.#stopped = true;
    return summarize((await this.#reading) ?? []);
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #read(): Promise<readonly number[]> {
    const times: number[] = [];
    while (!this.#stopped) {
      const start = performance.now();
      await this.#client.getNetwork({ network });
      times.push(performance.now() - start);
      await setTimeout(PAUSE_MS);
    }
    return times;
  }
}

serve(new ReaderSubject());
