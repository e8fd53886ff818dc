/** What a store keeps under a key: text, or bytes. Text must be well-formed Unicode. */
export type StoreValue = string | Uint8Array;

/** One key as a store holds it. */
export interface StoreEntry {
  readonly key: string;
  readonly value: StoreValue;
  /** The revision of the commit that wrote it: above 0, never used twice in the life of a store. */
  readonly revision: number;
}

/** What every call takes. */
export interface StoreCallOptions {
  /** Ends the call while it waits for others: it throws `StoreAbortedError`, and has done nothing. */
  readonly signal?: AbortSignal | undefined;
}

/** How a read is meant. */
export interface StoreReadOptions extends StoreCallOptions {
  /**
   * A hint: the reader means to commit at once. A store at hand may keep other writers waiting until the
   * next commit through this object, with writes or without, or until the event loop turns, so that the
   * commit meets no conflict; it may wait for other writers in turn. Checks are needed all the same.
   */
  readonly forUpdate?: boolean | undefined;
}

/** The part of a prefix that {@link Store.list} returns. */
export interface StoreListOptions extends StoreReadOptions {
  /** Only keys that sort behind this one. It need not exist, nor begin with the prefix. */
  readonly after?: string | undefined;
  /** At most this many entries, an integer above 0. */
  readonly limit?: number | undefined;
}

/** The demand that a key is as it was read. */
export interface StoreCheck {
  readonly key: string;
  /** The revision that the entry must still have; 0 when the key must be absent. */
  readonly revision: number;
}

/**
 * The demand that a list would read the same entries again: none written, added or deleted. It covers the
 * keys that begin with `prefix`, sort behind `after` and do not sort behind `through`.
 *
 * Because revisions only grow, a store need not compare entry by entry: the list is unchanged exactly when
 * both the count of entries and their highest revision are.
 */
export interface StoreRange {
  readonly prefix: string;
  readonly after?: string | undefined;
  /** The last key that was read, when a limit cut the list short there. */
  readonly through?: string | undefined;
  /** Every entry that the list read in this range. */
  readonly entries: readonly StoreCheck[];
}

/**
 * What {@link Store.commit} does, all or nothing. Puts happen before deletes. With neither, a commit only
 * says whether everything that was read still holds.
 */
export interface StoreCommit {
  readonly checks: readonly StoreCheck[];
  readonly ranges?: readonly StoreRange[];
  readonly puts: readonly { readonly key: string; readonly value: StoreValue }[];
  /** Keys to delete; deleting an absent key is no conflict. */
  readonly deletes: readonly string[];
}

/** One key as a commit left it. */
export interface StoreChange {
  readonly key: string;
  /** The revision of that commit. */
  readonly revision: number;
  /** `undefined` when the key was deleted. */
  readonly value: StoreValue | undefined;
}

/** What {@link Store.watch} reports, and until when. */
export interface StoreWatchOptions {
  /** Report what was changed by later commits than this. Default: the revision when the watch begins. */
  readonly after?: number | undefined;
  /** Ends the watch, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A versioned key-value store: all that tsnet remembers lies in one. Writing is optimistic: read, compute,
 * commit on the condition that what was read has not changed, so that a store may be far away and shared by
 * many processes. {@link transact} does this for you.
 *
 * Keys are one or more printable ASCII characters without spaces ({@link storeKey} makes them from any
 * text) and sort by their bytes. Bytes that are handed over or returned belong to the receiver. Methods
 * throw `StoreUnavailableError`, `StorePermissionError`, `StoreCorruptError`, `StoreClosedError`, and
 * `StoreInvalidError` for a malformed argument.
 *
 * However fast a store answers, a caller that makes one call after another leaves the event loop its turns; but for
 * reads for an update, which a commit is to follow.
 */
export interface Store extends AsyncDisposable {
  /** The entries under these keys, all read at one moment, in the order asked for. */
  get(keys: readonly string[], options?: StoreReadOptions): Promise<readonly (StoreEntry | undefined)[]>;
  /** The entries whose key begins with `prefix`, all read at one moment, in key order. */
  list(prefix: string, options?: StoreListOptions): Promise<readonly StoreEntry[]>;
  /** The new revision; or `undefined` on a conflict, and nothing was written. */
  commit(commit: StoreCommit, options?: StoreCallOptions): Promise<number | undefined>;
  /** The revision of the newest commit that wrote; 0 when there was none. */
  revision(): Promise<number>;
  /**
   * The changes of the keys that begin with `prefix`, in the order of their revisions. A key that changed
   * several times is reported with its newest value; the values between may be left out. To hold a copy of
   * a part of the store: ask for {@link revision}, then {@link list} it, then watch after that revision.
   *
   * It begins with the first call of `next`, and ends when the signal fires or the store is closed; `return` waits for a
   * `next` that is under way. Only
   * the newest changes are kept: where one behind `after` is not any more, StoreChangesLostError is thrown.
   */
  watch(prefix: string, options?: StoreWatchOptions): AsyncIterable<StoreChange>;
  /** Lets go of all that the store holds open. Closing again does nothing. */
  close(): Promise<void>;
}
