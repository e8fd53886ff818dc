import {
  formatNetnsRef,
  type Netns,
  type NetnsDirectory,
  type NetnsEntry,
  NetnsExistsError,
  NetnsNotFoundError,
  type NetnsRef,
} from '@tsnet/netns';

/**
 * Namespaces as they would be: those that there are, less the names that were taken away here, and those that were made
 * here, which have no name anywhere else and end when this is closed.
 */
export class RehearsedDirectory implements NetnsDirectory, Disposable {
  readonly #inner: NetnsDirectory;
  readonly #procDirectory: string;
  /** What was named here, and undefined for what was taken away. */
  readonly #changed = new Map<string, Netns | undefined>();

  constructor(inner: NetnsDirectory, procDirectory: string) {
    this.#inner = inner;
    this.#procDirectory = procDirectory;
  }

  create(name: string): Netns {
    const netns = this.createUnnamed();
    try {
      this.name(netns, name);
      return netns;
    } catch (error) {
      netns.close();
      throw error;
    }
  }

  createUnnamed(): Netns {
    return this.#inner.createUnnamed();
  }

  name(netns: Netns, name: string): void {
    using taken = this.find({ kind: 'name', name });
    if (taken !== undefined) throw new NetnsExistsError(name);
    this.#changed.set(name, this.#again(netns));
  }

  open(ref: NetnsRef): Netns {
    if (ref.kind !== 'name' || !this.#changed.has(ref.name)) return this.#inner.open(ref);
    const found = this.find(ref);
    if (found !== undefined) return found;
    throw new NetnsNotFoundError(formatNetnsRef(ref), 'it is to be deleted', 'Take another one.');
  }

  find(ref: NetnsRef): Netns | undefined {
    if (ref.kind !== 'name' || !this.#changed.has(ref.name)) return this.#inner.find(ref);
    const netns = this.#changed.get(ref.name);
    return netns && this.#again(netns);
  }

  own(): Netns {
    return this.#inner.own();
  }

  list(): NetnsEntry[] {
    const others = this.#inner.list().filter(({ name }) => !this.#changed.has(name));
    const made = [...this.#changed].flatMap(([name, netns]) =>
      netns === undefined ? [] : [{ name, identity: netns.identity, stale: false }],
    );
    return [...others, ...made].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  delete(name: string): boolean {
    const isThere = this.list().some((entry) => entry.name === name);
    using _ = this.#changed.get(name);
    // The real one refuses to delete what is no namespace: so does looking for it.
    if (isThere) this.find({ kind: 'name', name })?.close();
    this.#changed.set(name, undefined);
    return isThere;
  }

  isOwn(netns: Netns): boolean {
    return this.#inner.isOwn(netns);
  }

  /** Lets the namespaces that were made here end. */
  close(): void {
    for (const netns of this.#changed.values()) netns?.close();
    this.#changed.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Another handle of an open namespace. */
  #again(netns: Netns): Netns {
    return this.#inner.open({ kind: 'path', path: `${this.#procDirectory}/self/fd/${netns.fd}` });
  }
}
