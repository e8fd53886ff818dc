import { closeSync, openSync } from 'node:fs';
import type { Linux } from '@tsnet/linux';
import type { Backend } from './backend.ts';
import { chooseBackend } from './choose-backend.ts';
import { InvalidNftablesInputError, NftablesClosedError, NftablesError } from './errors.ts';
import { openLibnftablesBackend } from './libnftables-backend.ts';
import { type NftListTarget, renderListTarget } from './list-target.ts';
import { type NftListing, parseListing } from './listing.ts';
import { openProgramBackend } from './program-backend.ts';
import { parseRefusal, separator } from './refusal.ts';
import type { Transaction } from './transaction.ts';

/** nftables of one network namespace. */
export interface Nftables extends Disposable {
  /** How nftables is reached. */
  readonly backend: 'libnftables' | 'nft';
  /**
   * Applies a transaction: all of it or nothing. Synchronous; an empty one does nothing. Text is taken as
   * nft(8) reads a file. Needs CAP_NET_ADMIN. What the kernel refuses takes its grace period of some 10 ms.
   *
   * @throws {@link NftablesError} which names the first refused command.
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
   * Closes the socket; may be repeated. After a deletion the kernel lets go of it only when a grace period of
   * 10 to 20 ms has passed, and the thread waits: keep one handle for the life of the process.
   */
  close(): void;
}

/** What {@link openNftables} needs. */
export interface NftablesOptions {
  readonly linux: Linux;
  /** An open file descriptor of the namespace, which may be closed afterwards; the thread's own when not given. */
  readonly netns?: number | undefined;
  /** `auto`, the default, takes the library, and the program where there is no library. */
  readonly backend?: 'auto' | 'libnftables' | 'nft' | undefined;
  /** Called when `auto` took the program: each transaction then costs a process. */
  readonly onFallback?: ((reason: string) => void) | undefined;
}

/**
 * Opens nftables of a namespace.
 *
 * @throws {@link NftablesMissingError} when there is neither library nor program.
 * @throws {@link SystemCallError} when the namespace cannot be entered, or has no nfnetlink.
 */
export function openNftables(options: NftablesOptions): Nftables {
  const netns = options.netns === undefined ? undefined : reopen(options.netns);
  const place = { linux: options.linux, netns };
  try {
    const backend = chooseBackend(options.backend ?? 'auto', {
      openLibrary: () => openLibnftablesBackend(place),
      openProgram: () => openProgramBackend(place),
      onFallback: options.onFallback,
    });
    return new BackedNftables(backend, netns);
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
  readonly backend: 'libnftables' | 'nft';
  readonly #netns: number | undefined;
  #open: Backend | undefined;

  constructor(backend: Backend, netns: number | undefined) {
    this.backend = backend.name;
    this.#open = backend;
    this.#netns = netns;
  }

  run(transaction: Transaction | string): void {
    const backend = this.#backend();
    const lines = typeof transaction === 'string' ? [] : transaction.lines;
    const text = typeof transaction === 'string' ? transaction : lines.join(separator);
    if (text === '') return;
    // To C the text would end there, and the rest of the transaction would be lost.
    if (text.includes('\0')) throw new InvalidNftablesInputError('this text', 'it has a NUL');
    const result = backend.apply(`${text}\n`);
    if (result.succeeded) return;
    const refusal = parseRefusal(result.error, lines);
    throw new NftablesError('apply', describe(refusal.command, text), refusal);
  }

  list(target: NftListTarget): NftListing {
    const backend = this.#backend();
    const command = renderListTarget(target);
    const result = backend.list(command);
    if (!result.succeeded)
      throw new NftablesError('run', `"${command}"`, parseRefusal(result.error, [command]));
    return parseListing(result.output);
  }

  close(): void {
    const backend = this.#open;
    if (backend === undefined) return;
    this.#open = undefined;
    backend.close();
    if (this.#netns !== undefined) closeSync(this.#netns);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #backend(): Backend {
    if (this.#open === undefined) throw new NftablesClosedError();
    return this.#open;
  }
}

const LONGEST_SUBJECT = 200;

function describe(command: string | undefined, text: string): string {
  const subject = command ?? text.trim();
  const line = subject.length > LONGEST_SUBJECT ? `${subject.slice(0, LONGEST_SUBJECT)}…` : subject;
  return `"${line.replaceAll('\n', ' ')}"`;
}
