import { createHash } from 'node:crypto';
import type { OperationName } from '@tsnet/api';
import { isTsnetError } from '@tsnet/errors';
import { type Store, storeKey, storePrefix, transact } from '@tsnet/ipam';
import { KeyReusedError } from '../errors.ts';
import { fingerprintOf } from './fingerprint.ts';

/** How many answers are at hand. */
const CAPACITY = 1024;
/** How long a key is known, in milliseconds: a day. */
const LIFETIME = 86_400_000;
const PAGE = 1000;
const PREFIX = storePrefix('idempotency');

/** What is made under a key, and how to find it when it was made before. */
export interface KeyedRequest {
  readonly key: string;
  readonly operation: OperationName;
  readonly input: object;
  readonly carryOut: () => Promise<object>;
  /**
   * What was made by an earlier request with the key whose answer was lost; undefined where the engine itself makes
   * each thing once.
   */
  readonly find?: (() => Promise<object | undefined>) | undefined;
}

/** What is on record of a key. */
interface KeyRecord {
  readonly fingerprint: string;
  readonly begunAt: number;
}

/**
 * Makes each thing once for each key, however often it is asked for. A key is on record before anything is made under it, and
 * comes off when that is refused, or when what was made is gone: so there are as many as there are things, and those of a day that
 * cannot be told from each other by an id.
 */
export class KeyedRequests {
  readonly #store: Store;
  readonly #now: () => number;
  /** Where the keys are on record of networks and endpoints that this process has made, by their ids. */
  readonly #places = new Map<string, string>();
  /** Those of what is gone. */
  readonly #gone: string[] = [];
  readonly #answers = new Map<string, { readonly fingerprint: string; readonly answer: Promise<object> }>();

  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /** Carries a request out, or answers as an earlier one was. @throws {@link KeyReusedError} */
  run(request: KeyedRequest): Promise<object> {
    const { key, operation, input } = request;
    const fingerprint = fingerprintOf([operation, input]);
    const known = this.#answers.get(key);
    if (known !== undefined) {
      return known.fingerprint === fingerprint ? known.answer : Promise.reject(new KeyReusedError(key));
    }
    const answer = this.#carryOut(request, fingerprint);
    this.#answers.set(key, { fingerprint, answer });
    // What was refused may be granted when it is asked for again.
    answer.catch(() => this.#answers.delete(key));
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > CAPACITY && oldest !== undefined) this.#answers.delete(oldest);
    return answer;
  }

  /** Takes notice that a network or an endpoint is gone. */
  drop(id: string): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    this.#places.delete(id);
    this.#gone.push(place);
  }

  /** Forgets the keys of what is gone. */
  async sweep(): Promise<void> {
    const gone = this.#gone.splice(0, PAGE);
    if (gone.length === 0) return;
    await transact(this.#store, async (tx) => {
      for (const place of gone) tx.delete(place);
    });
    await this.sweep();
  }

  /** Forgets the keys of yesterday. */
  async prune(): Promise<void> {
    const oldest = this.#now() - LIFETIME;
    for (let after: string | undefined; ; ) {
      const page = await this.#store.list(PREFIX, { after, limit: PAGE });
      const old = page.filter(({ value }) => readRecord(String(value)).begunAt < oldest);
      await transact(this.#store, async (tx) => {
        for (const { key } of old) tx.delete(key);
      });
      after = page.at(-1)?.key;
      if (page.length < PAGE) return;
    }
  }

  async #carryOut({ key, carryOut, find }: KeyedRequest, fingerprint: string): Promise<object> {
    const place = storeKey('idempotency', createHash('sha256').update(key).digest('hex'));
    const wasBegun = await this.#begin(key, place, fingerprint);
    try {
      const made = await carryOut();
      if (find === undefined && 'id' in made) this.#places.set(String(made.id), place);
      return made;
    } catch (error) {
      const isThere = isTsnetError(error) && (error.kind === 'already-exists' || error.kind === 'in-use');
      const found = wasBegun && isThere ? await find?.() : undefined;
      if (found !== undefined) return found;
      // Nothing was made under the key: whatever is there under that name is somebody else's.
      if (!wasBegun) await this.#forget(place);
      throw error;
    }
  }

  /** Takes a key off the record; one that stays, where nothing can be written, is forgotten with those of yesterday. */
  async #forget(place: string): Promise<void> {
    await transact(this.#store, async (tx) => tx.delete(place)).catch(() => undefined);
  }

  /** Puts on record that something is about to be made; true when it was before. */
  #begin(key: string, place: string, fingerprint: string): Promise<boolean> {
    return transact(this.#store, async (tx) => {
      const value = await tx.get(place);
      if (value === undefined) {
        tx.put(place, JSON.stringify({ fingerprint, begunAt: this.#now() } satisfies KeyRecord));
        return false;
      }
      if (readRecord(String(value)).fingerprint !== fingerprint) throw new KeyReusedError(key);
      return true;
    });
  }
}

function readRecord(text: string): KeyRecord {
  return JSON.parse(text);
}
