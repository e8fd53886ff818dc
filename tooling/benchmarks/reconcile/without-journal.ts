import type { Store, StoreCommit } from '@tsnet/ipam';

/** Where the engine keeps the operations that are under way. */
const JOURNAL = 'operation/';

const isKept = ({ key }: { readonly key: string }) => !key.startsWith(JOURNAL);

/** A store that forgets at once which operations are under way, for the sake of comparison: all else is as it was. */
export function withoutJournal(store: Store): Store {
  return {
    async get(keys, options) {
      const kept = keys.filter((key) => isKept({ key }));
      const entries = kept.length === 0 ? [] : await store.get(kept, options);
      const found = new Map(kept.map((key, index) => [key, entries[index]]));
      return keys.map((key) => found.get(key));
    },
    list: async (prefix, options) => (prefix.startsWith(JOURNAL) ? [] : store.list(prefix, options)),
    commit: (commit, options) => store.commit(withoutOperations(commit), options),
    revision: () => store.revision(),
    watch: (prefix, options) => store.watch(prefix, options),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

function withoutOperations({ checks, ranges = [], puts, deletes }: StoreCommit): StoreCommit {
  return {
    checks: checks.filter(isKept),
    ranges: ranges.filter(({ prefix }) => !prefix.startsWith(JOURNAL)),
    puts: puts.filter(isKept),
    deletes: deletes.filter((key) => isKept({ key })),
  };
}
