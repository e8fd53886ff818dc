import { closeSync, existsSync, readdirSync } from 'node:fs';
import type { Linux } from '@tsnet/linux';
import { createNetns, createUnnamedNetns, nameNetns } from './create.ts';
import { deleteNetns } from './delete.ts';
import { explaining, NetnsNotFoundError, NotANetnsError } from './errors.ts';
import { type NetnsIdentity, sameNetns } from './identity.ts';
import { type Netns, NetnsHandle } from './netns.ts';
import { openNetnsFile } from './netns-file.ts';
import { checkNetnsRef, formatNetnsRef, type NetnsRef } from './ref.ts';
import { prepareRunDirectory } from './run-directory.ts';

/** How a {@link NetnsDirectory} is opened. */
export interface NetnsDirectoryOptions {
  readonly linux: Linux;
  /** Where namespaces have names; `/run/netns` by default, where `ip netns` has them. */
  readonly runDirectory?: string | undefined;
  /** Where processes have theirs; `/proc` by default. */
  readonly procDirectory?: string | undefined;
}

/** One entry of the run directory. */
export interface NetnsEntry {
  readonly name: string;
  /** Undefined when the entry is no network namespace. */
  readonly identity: NetnsIdentity | undefined;
  /** The entry is an empty file on which nothing is mounted: a namespace that was never finished, or has gone. */
  readonly stale: boolean;
}

/** Network namespaces, by name, path or process. Everything is synchronous and costs no child process. */
export interface NetnsDirectory {
  /**
   * Makes a namespace, names it where `ip netns` sees it, and returns it open. Everything in it is down, also
   * loopback. Of several that create one name at once, exactly one succeeds. Needs CAP_SYS_ADMIN.
   *
   * @throws {@link NetnsExistsError}, {@link InvalidNetnsRefError}, {@link NotANetnsError} where another file is
   * in the way, {@link NetnsSystemError}.
   */
  create(name: string): Netns;
  /**
   * Makes a namespace that has no name, and returns it open: nobody else sees it, and it ends with the handle unless
   * {@link name} has named it. Needs CAP_SYS_ADMIN.
   */
  createUnnamed(): Netns;
  /** Gives an open namespace a name, as {@link create} does. @throws as that does. */
  name(netns: Netns, name: string): void;
  /**
   * Opens a namespace. That of another user's process needs CAP_SYS_PTRACE.
   *
   * @throws {@link NetnsNotFoundError}, {@link NotANetnsError}, {@link InvalidNetnsRefError},
   * {@link NetnsSystemError}.
   */
  open(ref: NetnsRef): Netns;
  /** As {@link open}, but undefined where there is none. */
  find(ref: NetnsRef): Netns | undefined;
  /** Opens the calling thread's own namespace. */
  own(): Netns;
  /** What the run directory holds, sorted by name; nothing where there is no run directory. */
  list(): NetnsEntry[];
  /**
   * Takes a name away; the namespace itself ends when its last process, socket and handle have gone.
   * Returns false if there was none. Needs CAP_SYS_ADMIN.
   *
   * @throws {@link NotANetnsError} where the name is that of something else, which stays;
   * {@link InvalidNetnsRefError}, {@link NetnsSystemError}.
   */
  delete(name: string): boolean;
  /** Whether it is the namespace of the calling thread. */
  isOwn(netns: Netns): boolean;
}

/** Opens the way to the namespaces. It holds no resource: there is nothing to close. */
export function openNetnsDirectory(options: NetnsDirectoryOptions): NetnsDirectory {
  return new LinuxNetnsDirectory(options);
}

class LinuxNetnsDirectory implements NetnsDirectory {
  readonly #linux: Linux;
  readonly #runDirectory: string;
  readonly #procDirectory: string;
  #prepared = false;

  constructor(options: NetnsDirectoryOptions) {
    this.#linux = options.linux;
    this.#runDirectory = options.runDirectory ?? '/run/netns';
    this.#procDirectory = options.procDirectory ?? '/proc';
  }

  create(name: string): Netns {
    const ref = checkNetnsRef({ kind: 'name', name });
    return explaining('create', name, () => {
      this.#prepare();
      const path = this.#pathOf(ref);
      return createNetns({ linux: this.#linux, ref, name, path, own: this.#ownPath });
    });
  }

  createUnnamed(): Netns {
    const descriptors = `${this.#procDirectory}/self/fd`;
    return explaining('create', 'a namespace', () =>
      createUnnamedNetns(this.#linux, this.#ownPath, descriptors),
    );
  }

  name(netns: Netns, name: string): void {
    const path = this.#pathOf(checkNetnsRef({ kind: 'name', name }));
    explaining('create', name, () => {
      this.#prepare();
      nameNetns({ linux: this.#linux, name, path }, `${this.#procDirectory}/self/fd/${netns.fd}`);
    });
  }

  open(ref: NetnsRef): Netns {
    const found = this.find(ref);
    if (found === undefined) throw this.#notFound(ref);
    return found;
  }

  find(ref: NetnsRef): Netns | undefined {
    const path = this.#pathOf(checkNetnsRef(ref));
    const subject = formatNetnsRef(ref);
    const found = explaining('open', subject, () => openNetnsFile(this.#linux, path));
    if (found.kind === 'netns') return new NetnsHandle({ linux: this.#linux, ref, path, ...found });
    if (found.kind === 'absent' || (found.kind === 'leftover' && ref.kind === 'name')) return undefined;
    throw new NotANetnsError('open', subject, path);
  }

  own(): Netns {
    return this.open({ kind: 'path', path: this.#ownPath });
  }

  list(): NetnsEntry[] {
    return explaining('list', `names in ${this.#runDirectory}`, () => {
      if (!existsSync(this.#runDirectory)) return [];
      return readdirSync(this.#runDirectory)
        .sort()
        .flatMap((name) => this.#entry(name) ?? []);
    });
  }

  delete(name: string): boolean {
    const path = this.#pathOf(checkNetnsRef({ kind: 'name', name }));
    return explaining('delete', name, () => deleteNetns(this.#linux, name, path));
  }

  isOwn(netns: Netns): boolean {
    using own = this.own();
    return sameNetns(own.identity, netns.identity);
  }

  #prepare(): void {
    // Only now and then: it walks no further than the directory, but takes a lock.
    if (this.#prepared && existsSync(this.#runDirectory)) return;
    prepareRunDirectory(this.#linux, this.#runDirectory);
    this.#prepared = true;
  }

  #entry(name: string): NetnsEntry | undefined {
    const file = openNetnsFile(this.#linux, `${this.#runDirectory}/${name}`);
    if (file.kind === 'absent') return undefined;
    if (file.kind !== 'netns') return { name, identity: undefined, stale: file.kind === 'leftover' };
    closeSync(file.fd);
    return { name, identity: file.identity, stale: false };
  }

  /** Every thread has its own: /proc/self would be that of the main thread. */
  get #ownPath(): string {
    return `${this.#procDirectory}/thread-self/ns/net`;
  }

  #pathOf(ref: NetnsRef): string {
    switch (ref.kind) {
      case 'name':
        return `${this.#runDirectory}/${ref.name}`;
      case 'path':
        return ref.path;
      case 'pid':
        return `${this.#procDirectory}/${ref.pid}/ns/net`;
    }
  }

  #notFound(ref: NetnsRef): NetnsNotFoundError {
    const path = this.#pathOf(ref);
    const subject = formatNetnsRef(ref);
    switch (ref.kind) {
      case 'name':
        return new NetnsNotFoundError(
          subject,
          existsSync(path) ? `nothing is mounted on ${path} any more` : `there is no ${path}`,
          'List the names to see which there are.',
        );
      case 'path':
        return new NetnsNotFoundError(
          subject,
          'there is no such file',
          'List the names to see which there are.',
        );
      case 'pid':
        return new NetnsNotFoundError(
          subject,
          `process ${ref.pid} does not run`,
          'Take the id of a process that runs, as seen from here and not from inside its container.',
        );
    }
  }
}
