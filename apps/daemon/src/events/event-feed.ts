import { Inventory } from '@tsnet/core/inventory';
import { listPools, type Store, StoreChangesLostError, storeKey, transact } from '@tsnet/ipam';
import { EventsLostError } from '../errors.ts';
import type { SeenCommit } from './observe-store.ts';
import { type Told, Translator } from './translator.ts';

/** The events of one commit. Whoever resumes, resumes behind a commit. */
export interface CommitEvents {
  readonly revision: number;
  readonly events: readonly Told[];
}

/** What a feed works with. */
export interface EventFeedOptions {
  /** Resolves when all commits are told of that other threads of this process have made before. */
  readonly sync: () => Promise<void>;
  /** Told what goes wrong; the feed goes on. */
  readonly onFailure: (error: unknown) => void;
}

/** How many events are at hand; those before them are read from the store again. */
const CAPACITY = 2048;
/** How far behind the beginning events are made of what the store still tells, for those who resume after a restart. */
const LOOK_BACK = 2048;
/** How often it is looked whether another process has changed the store. */
const POLL_MS = 200;
/** Written to have something that comes behind all the rest. */
const MARK = storeKey('event-mark');

/**
 * Every event of a store, in order. Its own process tells it of each commit; what others commit is read from the store, where a
 * thing that they changed several times in a row is seen as it is at last.
 */
export class EventFeed implements AsyncDisposable {
  readonly #store: Store;
  readonly #onFailure: (error: unknown) => void;
  readonly #sync: () => Promise<void>;
  readonly #stop = new AbortController();
  readonly #told: CommitEvents[] = [];
  /** How many events those are. */
  #atHand = 0;
  readonly #commits: SeenCommit[] = [];
  #translator = new Translator();
  /** What is at hand begins behind this revision. */
  #begin: number;
  /** All up to this revision is told. */
  #last: number;
  /** Those who wait for what comes next. */
  readonly #waiting = new Set<() => void>();
  #work: Promise<void> = Promise.resolve();
  #poll: NodeJS.Timeout | undefined;

  private constructor(store: Store, revision: number, { onFailure, sync }: EventFeedOptions) {
    this.#store = store;
    this.#onFailure = onFailure;
    this.#sync = sync;
    this.#last = revision;
    this.#begin = revision;
  }

  /** Begins to follow a store, which stays its opener's to close. */
  static async open(store: Store, options: EventFeedOptions): Promise<EventFeed> {
    const revision = await store.revision();
    const feed = new EventFeed(store, Math.max(0, revision - LOOK_BACK), options);
    await feed.#lookBack(revision);
    await feed.#learn();
    feed.#poll = setInterval(() => feed.#enqueue(() => feed.#lookForOthers()), POLL_MS).unref();
    return feed;
  }

  /** The revision behind which nothing has happened yet. */
  get end(): number {
    return this.#last;
  }

  /** Takes a commit of this process. */
  accept(commit: SeenCommit): void {
    this.#commits.push(commit);
    this.#enqueue(() => this.#takeCommits());
  }

  /**
   * The events behind a revision, and then each commit's as they happen, until the signal fires or the feed is closed. However
   * slow its reader, nothing is held back for it.
   *
   * @throws {@link EventsLostError} where not all behind the revision are kept.
   */
  async *follow(after: number, signal: AbortSignal): AsyncGenerator<CommitEvents, void, undefined> {
    let last = after;
    const isOver = () => signal.aborted || this.#stop.signal.aborted;
    while (!isOver()) {
      if (last < this.#begin) {
        const begin = this.#begin;
        yield* this.#read(last, begin);
        last = begin;
      }
      for (const told of this.#told.slice(this.#indexBehind(last))) {
        if (isOver()) return;
        yield told;
        last = told.revision;
      }
      if (this.#indexBehind(last) === this.#told.length && last >= this.#begin) await this.#next(signal);
    }
  }

  /** Makes sure that all behind a revision can be told. @throws {@link EventsLostError} */
  async check(after: number): Promise<void> {
    if (after >= this.#begin) return;
    const changes = this.#store.watch('', { after })[Symbol.asyncIterator]();
    try {
      await changes.next();
    } catch (error) {
      throw error instanceof StoreChangesLostError ? new EventsLostError(String(after)) : error;
    } finally {
      await changes.return?.();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#poll);
    this.#stop.abort();
    this.#wakeAll();
    await this.#work;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Waits for what comes next. Nothing is left of the wait, however long the signal lives. */
  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
      if (signal.aborted || this.#stop.signal.aborted) wake();
    });
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Does one thing after another. */
  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) this.#onFailure(error);
    });
  }

  async #takeCommits(): Promise<void> {
    const isNext = ({ revision, count }: SeenCommit) => revision - count <= this.#last;
    for (;;) {
      let commit = this.#firstCommit();
      if (commit !== undefined && !isNext(commit)) {
        // That of another thread may be on its way; what nobody tells of then is that of another process.
        await this.#sync();
        commit = this.#firstCommit();
      }
      if (commit === undefined) return;
      if (!isNext(commit)) await this.#fill(commit.revision);
      const events = commit.changes.flatMap((change) => this.#translator.translate(change));
      this.#tell({ revision: commit.revision, events });
    }
  }

  /** The earliest commit of this process that is not told yet. */
  #firstCommit(): SeenCommit | undefined {
    let first: SeenCommit | undefined;
    for (let index = this.#commits.length - 1; index >= 0; index--) {
      const commit = this.#commits[index];
      if (commit === undefined) continue;
      if (commit.revision <= this.#last) this.#commits.splice(index, 1);
      else if (first === undefined || commit.revision < first.revision) first = commit;
    }
    return first;
  }

  /** What comes behind what is told, before a revision that something later than it has. */
  async #fill(before: number): Promise<void> {
    for await (const told of this.#commitsBetween(this.#last, before - 1, this.#translator)) this.#tell(told);
    this.#last = Math.max(this.#last, before - 1);
  }

  /** The events of what the store tells behind a revision up to another one, behind which there is something. */
  async *#commitsBetween(
    after: number,
    through: number,
    translator: Translator,
  ): AsyncGenerator<CommitEvents> {
    let revision = after;
    let events: Told[] = [];
    for await (const change of this.#store.watch('', { after })) {
      if (change.revision !== revision && events.length > 0) yield { revision, events };
      if (change.revision !== revision) events = [];
      if (change.revision > through) return;
      revision = change.revision;
      events.push(...translator.translate(change));
    }
  }

  async #lookForOthers(): Promise<void> {
    const revision = await this.#store.revision();
    if (revision <= this.#last) return;
    await this.#sync();
    await this.#takeCommits();
    if (revision > this.#last) await this.#fill(await this.#mark());
  }

  async #lookBack(revision: number): Promise<void> {
    try {
      if (revision > 0) await this.#fill(await this.#mark());
    } catch (error) {
      if (!(error instanceof StoreChangesLostError)) throw error;
      this.#last = await this.#store.revision();
      this.#begin = this.#last;
      this.#told.length = 0;
      this.#atHand = 0;
    }
  }

  /** Takes notice of all that there is, which no event tells of. */
  async #learn(): Promise<void> {
    this.#translator = new Translator();
    const inventory = new Inventory(this.#store);
    const pools = transact(this.#store, listPools, { readOnly: true });
    this.#translator.learn({
      networks: await inventory.listNetworks(),
      endpoints: await inventory.listEndpoints(),
      pools: await pools,
    });
  }

  /** The revision of something behind all the rest. */
  async #mark(): Promise<number> {
    await transact(this.#store, async (tx) => tx.put(MARK, ''));
    return this.#store.revision();
  }

  #tell(told: CommitEvents): void {
    this.#last = told.revision;
    if (told.events.length === 0) return;
    this.#told.push(told);
    this.#atHand += told.events.length;
    while (this.#atHand > CAPACITY && this.#told.length > 1) {
      const dropped = this.#told.shift();
      this.#atHand -= dropped?.events.length ?? 0;
      this.#begin = dropped?.revision ?? this.#begin;
    }
    this.#wakeAll();
  }

  /** Events from the store itself: a thing that changed several times in a row is seen as it is at last. */
  async *#read(after: number, through: number): AsyncGenerator<CommitEvents> {
    try {
      await this.#mark();
      yield* this.#commitsBetween(after, through, new Translator());
    } catch (error) {
      if (error instanceof StoreChangesLostError) throw new EventsLostError(String(after));
      throw error;
    }
  }

  /** The index of the first commit at hand that comes behind a revision. */
  #indexBehind(revision: number): number {
    let low = 0;
    let high = this.#told.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#told[middle]?.revision ?? 0) > revision) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
