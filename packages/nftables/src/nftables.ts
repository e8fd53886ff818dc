import { closeSync, openSync } from 'node:fs';
import { errnoName, errnoText, type Linux } from '@tsnet/linux';
import type { Backend, Place } from './backend.ts';
import { chooseBackend } from './choose-backend.ts';
import { type BatchRefusal, ElementConnection } from './elements/element-connection.ts';
import { encodeCommands } from './elements/encode-commands.ts';
import { InvalidNftablesInputError, NftablesClosedError, NftablesError } from './errors.ts';
import { openLibnftablesBackend } from './libnftables-backend.ts';
import { type NftListTarget, renderListTarget } from './list-target.ts';
import { type NftListing, parseListing } from './listing.ts';
import { openProgramBackend } from './program-backend.ts';
import { parseRefusal, type Refusal, separator, textOfErrno } from './refusal.ts';
import type { Transaction } from './transaction.ts';

/** nftables of one network namespace. */
export interface Nftables extends Disposable {
  /** How nftables is reached for what libnftables or the program has to do; asking opens it. */
  readonly backend: 'libnftables' | 'nft';
  /**
   * Applies a transaction: all of it or nothing. Synchronous; an empty one does nothing. Text is taken as
   * nft(8) reads a file. Needs CAP_NET_ADMIN. What the kernel refuses takes its grace period of some 10 ms.
   *
   * A transaction of elements alone, up to 100 of them, goes straight to the kernel where every set says what it was
   * made as ({@link NftSet.spec}). To libnftables or the program goes what is more than that, an interval set with
   * keys of one field or with marks, and all that is none of elements.
   *
   * @throws {@link NftablesError} which names the first refused command.
   * @throws {@link NftablesMissingError} when there is neither library nor program, and one of them is needed.
   * @throws {@link InvalidNftablesInputError} for text with a NUL in it.
   */
  run(transaction: Transaction | string): void;
  /**
   * Reads state back.
   *
   * @throws {@link NftablesError} with kind `not-found` for what is not there.
   */
  list(target: NftListTarget): NftListing;
  /**
   * Closes all sockets; may be repeated. After a deletion the kernel lets go of it only when a grace period of
   * 10 to 20 ms has passed, and the thread waits: keep one handle for the life of the process.
   */
  close(): void;
}

/** What {@link openNftables} needs. */
export interface NftablesOptions {
  readonly linux: Linux;
  /** An open file descriptor of the namespace, which may be closed afterwards; the thread's own when not given. */
  readonly netns?: number | undefined;
  /**
   * `auto`, the default, sends elements straight to the kernel, and takes the library for the rest, or the program
   * where there is no library: either is looked for when it is needed. The others take all through that one.
   */
  readonly backend?: 'auto' | 'libnftables' | 'nft' | undefined;
  /** Called when `auto` takes the program: what has to go through it then costs a process. */
  readonly onFallback?: ((reason: string) => void) | undefined;
}

/**
 * Opens nftables of a namespace.
 *
 * @throws {@link NftablesMissingError} when the library or the program was asked for, and is missing.
 * @throws {@link SystemCallError} when the namespace cannot be entered, or has no nfnetlink.
 */
export function openNftables(options: NftablesOptions): Nftables {
  const { linux, backend = 'auto', onFallback } = options;
  const netns = options.netns === undefined ? undefined : reopen(options.netns);
  const place = { linux, netns };
  const choose = () =>
    chooseBackend(backend, {
      openLibrary: () => openLibnftablesBackend(place),
      openProgram: () => openProgramBackend(place),
      onFallback,
    });
  try {
    return new BackedNftables(place, choose, backend === 'auto');
  } catch (error) {
    if (netns !== undefined) closeSync(netns);
    throw error;
  }
}

/** A file descriptor of our own, so that the caller's may be closed. */
function reopen(netns: number): number {
  try {
    return openSync(`/proc/self/fd/${netns}`, 'r');
  } catch (cause) {
    throw new InvalidNftablesInputError(
      `file descriptor ${netns} as a namespace`,
      'it cannot be opened',
      cause,
    );
  }
}

class BackedNftables implements Nftables {
  readonly #place: Place;
  readonly #choose: () => Backend;
  readonly #elements: ElementConnection | undefined;
  #backend: Backend | undefined;
  #closed = false;

  /**
   * @param choose - opens the backend.
   * @param direct - elements go straight to the kernel, and the backend is opened when it is needed.
   */
  constructor(place: Place, choose: () => Backend, direct: boolean) {
    this.#place = place;
    this.#choose = choose;
    this.#elements = direct ? ElementConnection.open(place) : undefined;
    this.#backend = direct ? undefined : choose();
  }

  get backend(): 'libnftables' | 'nft' {
    return this.#open().name;
  }

  run(transaction: Transaction | string): void {
    this.#assertOpen();
    const lines = typeof transaction === 'string' ? [] : transaction.lines;
    const text = typeof transaction === 'string' ? transaction : lines.join(separator);
    if (text === '') return;
    const refusal =
      typeof transaction === 'string' ? this.#applyText(text, lines) : this.#apply(transaction, text);
    if (refusal !== undefined) throw new NftablesError('apply', describe(refusal.command, text), refusal);
  }

  list(target: NftListTarget): NftListing {
    const command = renderListTarget(target);
    const result = this.#open().list(command);
    if (!result.succeeded)
      throw new NftablesError('run', `"${command}"`, parseRefusal(result.error, [command]));
    return parseListing(result.output);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#elements?.close();
    this.#backend?.close();
    if (this.#place.netns !== undefined) closeSync(this.#place.netns);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #apply({ commands, lines }: Transaction, text: string): Refusal | undefined {
    const requests = this.#elements && encodeCommands(commands);
    if (requests === undefined) return this.#applyText(text, lines);
    const refusal = this.#elements?.send(requests);
    return refusal && describeRefusal(refusal, lines);
  }

  #applyText(text: string, lines: readonly string[]): Refusal | undefined {
    // To C the text would end there, and the rest of the transaction would be lost.
    if (text.includes('\0')) throw new InvalidNftablesInputError('this text', 'it has a NUL');
    const result = this.#open().apply(`${text}\n`);
    return result.succeeded ? undefined : parseRefusal(result.error, lines);
  }

  #open(): Backend {
    this.#assertOpen();
    this.#backend ??= this.#choose();
    return this.#backend;
  }

  #assertOpen(): void {
    if (this.#closed) throw new NftablesClosedError();
  }
}

function describeRefusal({ errno, message, request }: BatchRefusal, lines: readonly string[]): Refusal {
  const name = errnoName(errno);
  return {
    message: message ?? textOfErrno(name) ?? errnoText(errno),
    errnoName: name,
    command: request && lines[request.command],
  };
}

const LONGEST_SUBJECT = 200;

function describe(command: string | undefined, text: string): string {
  const subject = command ?? text.trim();
  const line = subject.length > LONGEST_SUBJECT ? `${subject.slice(0, LONGEST_SUBJECT)}…` : subject;
  return `"${line.replaceAll('\n', ' ')}"`;
}
