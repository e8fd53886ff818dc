import type { TransactionEntry } from './read-source.ts';
import type { StoreListOptions, StoreValue } from './store.ts';
import { TransactionBusyError, TransactionEndedError, TransactionReadOnlyError } from './store-errors.ts';
import { checkValue } from './store-key.ts';
import { WriteBuffer } from './write-buffer.ts';

/**
 * A view of a store in which a body of code reads, and writes without others seeing it until all is
 * committed at once. Reads see the transaction's own writes. Values handed in or out must not be changed.
 *
 * Reads may overlap. Parts, and writes beside a part, do not: they throw TransactionBusyError, and what takes a
 * transaction and changes something is a part. Await each change before the next one.
 */
export interface Transaction {
  /** The value under `key`, or `undefined`. Asked again, the answer is the same. */
  get(key: string): Promise<StoreValue | undefined>;
  /** The same for several keys, with one call to the store for all that are not known yet. */
  getMany(keys: readonly string[]): Promise<readonly (StoreValue | undefined)[]>;
  /** Keys that begin with `prefix`, in key order. The commit fails if another writer changes this list. */
  list(
    prefix: string,
    options?: Pick<StoreListOptions, 'after' | 'limit'>,
  ): Promise<readonly TransactionEntry[]>;
  put(key: string, value: StoreValue): void;
  delete(key: string): void;
  /**
   * Runs a part of the body, in a transaction for that part alone; when it throws, what it wrote is taken back,
   * and the error comes out.
   */
  nested<T>(part: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Runs a part that finds out what would be: what it writes is seen by nobody else, and forgotten at its end. It counts
   * as a read, and may write where the transaction may not.
   */
  supposing<T>(part: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** How a part of a body may use the buffer. */
interface PartOptions {
  readonly mayWrite: boolean;
  /** The part around this one. */
  readonly outer?: BufferedTransaction | undefined;
}

/** The transaction that a body or a part of it is given, until it returns. */
export class BufferedTransaction implements Transaction {
  readonly #buffer: WriteBuffer;
  readonly #mayWrite: boolean;
  readonly #outer: BufferedTransaction | undefined;
  #isBusy = false;
  #hasEnded = false;

  private constructor(buffer: WriteBuffer, { mayWrite, outer }: PartOptions) {
    this.#buffer = buffer;
    this.#mayWrite = mayWrite;
    this.#outer = outer;
  }

  async get(key: string): Promise<StoreValue | undefined> {
    this.#mustBeOpen('read');
    return this.#buffer.get(key);
  }

  async getMany(keys: readonly string[]): Promise<readonly (StoreValue | undefined)[]> {
    this.#mustBeOpen('read');
    return this.#buffer.getMany(keys);
  }

  async list(prefix: string, options: StoreListOptions = {}): Promise<readonly TransactionEntry[]> {
    this.#mustBeOpen('list');
    return this.#buffer.list(prefix, options);
  }

  put(key: string, value: StoreValue): void {
    this.#mustBeWritable('write', key);
    checkValue(key, value);
    this.#buffer.put(key, value);
  }

  delete(key: string): void {
    this.#mustBeWritable('delete', key);
    this.#buffer.delete(key);
  }

  async nested<T>(part: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#mustBeFree('change something');
    const writes = this.#buffer.beginPart();
    this.#isBusy = true;
    let isDone = false;
    try {
      const options = { mayWrite: this.#mayWrite, outer: this };
      const result = await BufferedTransaction.run(this.#buffer, options, part);
      isDone = true;
      return result;
    } finally {
      this.#isBusy = false;
      // One that was not awaited may come here when the part around it has ended, and taken all of it back.
      if (this.#isOpen) writes.end(isDone);
    }
  }

  async supposing<T>(part: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#mustBeOpen('suppose something');
    return BufferedTransaction.run(new WriteBuffer(this.#buffer), { mayWrite: true, outer: this }, part);
  }

  /** Runs a body, or a part of one, in a transaction that ends with it. @throws TransactionBusyError when a part is left. */
  static async run<T>(
    buffer: WriteBuffer,
    options: PartOptions,
    body: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const tx = new BufferedTransaction(buffer, options);
    try {
      const result = await body(tx);
      if (tx.#isBusy) throw new TransactionBusyError('end a transaction');
      return result;
    } finally {
      tx.#hasEnded = true;
    }
  }

  get #isOpen(): boolean {
    return !this.#hasEnded && (this.#outer === undefined || this.#outer.#isOpen);
  }

  #mustBeWritable(verb: string, key: string): void {
    this.#mustBeFree(verb);
    if (!this.#mayWrite) throw new TransactionReadOnlyError(verb, key);
  }

  #mustBeFree(verb: string): void {
    this.#mustBeOpen(verb);
    if (this.#isBusy) throw new TransactionBusyError(verb);
  }

  #mustBeOpen(verb: string): void {
    if (!this.#isOpen) throw new TransactionEndedError(verb);
  }
}
