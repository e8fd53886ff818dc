import type { Store, StoreChange, StoreCommit } from '@tsnet/ipam';

/** A commit as who made it saw it. */
export interface SeenCommit {
  readonly revision: number;
  /** How many keys it named: by so much it has raised the revision. */
  readonly count: number;
  readonly changes: readonly StoreChange[];
}

/** The same store, whose commits are told of one by one: `watch` may leave out what was written over in the meantime. */
export function observeStore(store: Store, onCommit: (commit: SeenCommit) => void): Store {
  return {
    get: (keys, options) => store.get(keys, options),
    list: (prefix, options) => store.list(prefix, options),
    async commit(commit, options) {
      const revision = await store.commit(commit, options);
      if (revision !== undefined) tell(commit, revision, onCommit);
      return revision;
    },
    revision: () => store.revision(),
    watch: (prefix, options) => store.watch(prefix, options),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

function tell(
  { puts, deletes }: StoreCommit,
  revision: number,
  onCommit: (commit: SeenCommit) => void,
): void {
  const count = puts.length + deletes.length;
  if (count === 0) return;
  const changes = [
    ...puts.map(({ key, value }) => ({ key, value, revision })),
    ...deletes.map((key) => ({ key, value: undefined, revision })),
  ];
  onCommit({ revision, count, changes });
}
