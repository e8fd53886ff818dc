import { StoreCorruptError, storeKey, storePrefix, type Transaction } from '@tsnet/ipam';

/** That a project made a sandbox: a namespace itself has no labels. */
export interface SandboxRecord {
  readonly project: string;
  /** What the namespace is known by; undefined when it is about to be made. */
  readonly key: string | undefined;
}

const keys = {
  sandbox: (name: string) => storeKey('declared-sandbox', name),
  sandboxes: () => storePrefix('declared-sandbox'),
};

/** Puts on record that a project makes a sandbox, or has made it. */
export function putSandboxRecord(tx: Transaction, name: string, record: SandboxRecord): void {
  tx.put(keys.sandbox(name), JSON.stringify(record));
}

/** Forgets who made a sandbox. */
export function deleteSandboxRecord(tx: Transaction, name: string): void {
  tx.delete(keys.sandbox(name));
}

/** Every record, by the sandbox's name. @throws {@link StoreCorruptError} */
export async function listSandboxRecords(tx: Transaction): Promise<ReadonlyMap<string, SandboxRecord>> {
  const entries = await tx.list(keys.sandboxes());
  return new Map(
    entries.map(({ key, value }) => {
      const name = decodeURIComponent(key.slice(key.lastIndexOf('/') + 1));
      return [name, decode(name, String(value))];
    }),
  );
}

function decode(name: string, text: string): SandboxRecord {
  try {
    const { project, key } = JSON.parse(text);
    return { project, key };
  } catch (cause) {
    const hint = 'Restore the store from a copy.';
    throw new StoreCorruptError('read sandbox', name, 'its record is damaged', hint, cause);
  }
}
