import { closeSync } from 'node:fs';
import { inNetns, type Linux } from '@tsnet/linux';
import { NetnsClosedError } from './errors.ts';
import type { NetnsIdentity } from './identity.ts';
import { formatNetnsRef, type NetnsRef } from './ref.ts';

/** An open network namespace. It lives at least until the handle is closed, whatever becomes of its name. */
export interface Netns extends Disposable {
  /** An open file of the namespace, for setns(2) and netlink. The handle owns it: do not close it. */
  readonly fd: number;
  readonly identity: NetnsIdentity;
  /** How it was opened. */
  readonly ref: NetnsRef;
  /** The file it was opened from. */
  readonly path: string;
  /**
   * Runs `body`, which must be synchronous, with the thread in the namespace, and moves the thread back.
   * Needs CAP_SYS_ADMIN.
   */
  run<T>(body: () => T): T;
  /** Lets go of the namespace. Closing again does nothing. */
  close(): void;
}

/** What a handle is made of. */
export interface NetnsHandleOptions {
  readonly linux: Linux;
  readonly ref: NetnsRef;
  readonly path: string;
  readonly identity: NetnsIdentity;
  /** The handle takes it over. */
  readonly fd: number;
}

/** A {@link Netns} over an open file. */
export class NetnsHandle implements Netns {
  readonly ref: NetnsRef;
  readonly path: string;
  readonly identity: NetnsIdentity;
  readonly #linux: Linux;
  #fd: number | undefined;

  constructor(options: NetnsHandleOptions) {
    this.ref = options.ref;
    this.path = options.path;
    this.identity = options.identity;
    this.#linux = options.linux;
    this.#fd = options.fd;
  }

  get fd(): number {
    // The number of a closed file may be that of another file by now.
    if (this.#fd === undefined) throw new NetnsClosedError(formatNetnsRef(this.ref));
    return this.#fd;
  }

  run<T>(body: () => T): T {
    return inNetns(this.#linux, this.fd, body);
  }

  close(): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    this.#fd = undefined;
    closeSync(fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
