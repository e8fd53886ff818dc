import { Inventory } from '@tsnet/core/inventory';
import { type Store, StoreChangesLostError, storeKey, transact } from '@tsnet/ipam';
import { EventsLostError } from '../errors.ts';
import { type EventPlace, formatEventId, isBehind } from './event-id.ts';
import { type PlacedEvent, Translator } from './translator.ts';

/** How many events are at hand; those before them are read from the store again. */
const CAPACITY = 4096;
const MARK = storeKey('event-mark');

/** Every event of a store, whoever changes it, in order. */
export class EventFeed implements AsyncDisposable {
  readonly #store: Store;
  readonly #stop = new AbortController();
  readonly #events: PlacedEvent[] = [];
  readonly #onFailure: (error: unknown) => void;
  /** What is at hand begins behind this place. */
  #begin: EventPlace;
  #news = Promise.withResolvers<void>();
  #work: Promise<void> = Promise.resolve();

  private constructor(store: Store, revision: number, onFailure: (error: unknown) => void) {
    this.#store = store;
    this.#begin = { revision, index: Number.MAX_SAFE_INTEGER };
    this.#onFailure = onFailure;
  }

  /** Begins to follow a store, which stays its opener's to close. */
  static async open(store: Store, onFailure: (error: unknown) => void): Promise<EventFeed> {
    const feed = new EventFeed(store, await store.revision(), onFailure);
    const translator = await translatorOf(store);
    feed.#work = feed.#follow(translator);
    return feed;
  }

  /** The place behind which nothing has happened yet. */
  get end(): EventPlace {
    return this.#events.at(-1) ?? this.#begin;
  }

  /**
   * The events behind a place, and then each as it happens, until the signal fires or the feed is closed. However slow its
   * reader, it holds nothing back for it.
   *
   * @throws {@link EventsLostError} where not all behind the place are kept.
   */
  async *follow(after: EventPlace, signal: AbortSignal): AsyncGenerator<PlacedEvent, void, undefined> {
    let last = after;
    while (!signal.aborted && !this.#stop.signal.aborted) {
      const news = this.#news.promise;
      if (isBehind(this.#begin, last) && last.revision < this.#begin.revision) {
        for await (const placed of this.#read(last)) {
          yield placed;
          last = placed;
        }
        if (isBehind(this.#begin, last)) last = this.#begin;
      }
      for (const placed of this.#events.slice(this.#indexBehind(last))) {
        if (signal.aborted) return;
        yield placed;
        last = placed;
      }
      if (this.#indexBehind(last) === this.#events.length) await Promise.race([news, aborted(signal)]);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#news.resolve();
    await this.#work;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #follow(translator: Translator): Promise<void> {
    const { signal } = this.#stop;
    try {
      const after = this.#begin.revision;
      for await (const change of this.#store.watch('', { after, signal })) {
        const events = translator.translate(change);
        if (events.length === 0) continue;
        this.#events.push(...events);
        const dropped = this.#events.splice(0, Math.max(0, this.#events.length - CAPACITY)).at(-1);
        if (dropped !== undefined) this.#begin = dropped;
        const { resolve } = this.#news;
        this.#news = Promise.withResolvers();
        resolve();
      }
    } catch (error) {
      if (!signal.aborted) this.#onFailure(error);
    }
  }

  /** Events from the store itself, from behind a place up to what is at hand. */
  async *#read(after: EventPlace): AsyncGenerator<PlacedEvent, void, undefined> {
    const end = this.#begin;
    const stop = new AbortController();
    const translator = new Translator();
    try {
      // Something comes behind all that is to be read, so that its end is seen.
      await transact(this.#store, async (tx) => tx.put(MARK, String(end.revision)));
      // The events of one commit may have been told in part.
      const changes = this.#store.watch('', { after: after.revision - 1, signal: stop.signal });
      for await (const change of changes) {
        if (change.revision > end.revision) break;
        for (const placed of translator.translate(change)) if (isBehind(placed, after)) yield placed;
      }
    } catch (error) {
      if (error instanceof StoreChangesLostError) throw new EventsLostError(formatEventId(after));
      throw error;
    } finally {
      stop.abort();
    }
  }

  /** The index of the first event at hand that comes behind a place. */
  #indexBehind(place: EventPlace): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const event = this.#events[middle];
      if (event !== undefined && isBehind(event, place)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

async function translatorOf(store: Store): Promise<Translator> {
  const inventory = new Inventory(store);
  const translator = new Translator();
  translator.learn(await inventory.listNetworks(), await inventory.listEndpoints());
  return translator;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
