import { createHash } from 'node:crypto';
import type { OperationName } from '@tsnet/api';
import { isTsnetError } from '@tsnet/errors';
import { type Store, storeKey, storePrefix, transact } from '@tsnet/ipam';
import { KeyReusedError } from '../errors.ts';
import type { CallAnswer } from '../host-thread/messages.ts';

/** How many answers are at hand. */
const CAPACITY = 4096;
/** How long a key is known after a restart, in milliseconds: a day. */
const LIFETIME = 86_400_000;
const PREFIX = storePrefix('idempotency');

/** What is made under a key, and how to find it when it was made before. */
export interface KeyedRequest {
  readonly key: string;
  readonly operation: OperationName;
  readonly input: object;
  readonly carryOut: () => Promise<CallAnswer>;
  /**
   * What was made by an earlier request with the key whose answer was lost with the daemon; undefined where the engine
   * itself makes each thing once.
   */
  readonly find?: (() => Promise<CallAnswer | undefined>) | undefined;
}

/** Makes each thing once for each key, however often it is asked for. */
export class Idempotency {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #answers = new Map<
    string,
    { readonly fingerprint: string; readonly answer: Promise<CallAnswer> }
  >();

  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /** Carries a request out, or answers as an earlier one was. @throws {@link KeyReusedError} */
  run(request: KeyedRequest): Promise<CallAnswer> {
    const { key, operation, input } = request;
    const fingerprint = createHash('sha256')
      .update(`${operation} ${JSON.stringify(input)}`)
      .digest('base64url');
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

  /** Forgets the keys of yesterday. */
  async prune(): Promise<void> {
    const oldest = this.#now() - LIFETIME;
    await transact(this.#store, async (tx) => {
      for (const { key, value } of await tx.list(PREFIX, { limit: 1000 })) {
        if (JSON.parse(String(value)).begunAt < oldest) tx.delete(key);
      }
    });
  }

  async #carryOut({ key, carryOut, find }: KeyedRequest, fingerprint: string): Promise<CallAnswer> {
    if (find === undefined) return carryOut();
    const wasBegun = await this.#begin(key, fingerprint);
    try {
      return await carryOut();
    } catch (error) {
      const isThere = isTsnetError(error) && (error.kind === 'already-exists' || error.kind === 'in-use');
      const found = wasBegun && isThere ? await find() : undefined;
      if (found === undefined) throw error;
      return found;
    }
  }

  /** Puts on record that something is about to be made; true when it was before. */
  #begin(key: string, fingerprint: string): Promise<boolean> {
    const place = storeKey('idempotency', createHash('sha256').update(key).digest('hex'));
    return transact(this.#store, async (tx) => {
      const value = await tx.get(place);
      if (value === undefined) {
        tx.put(place, JSON.stringify({ fingerprint, begunAt: this.#now() }));
        return false;
      }
      if (JSON.parse(String(value)).fingerprint !== fingerprint) throw new KeyReusedError(key);
      return true;
    });
  }
}
