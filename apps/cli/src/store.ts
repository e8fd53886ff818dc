import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '@tsnet/ipam';
import type { Invocation } from './invocation.ts';

/** How the store is opened for a change. */
export interface StoreOptions {
  /** It is made where it is missing. */
  readonly createStore?: boolean;
}

/** Opens the store for a change; with `--dry-run` nothing is written to it, nor is it made. */
export function openForChange(
  invocation: Invocation,
  { createStore = false }: StoreOptions = {},
): Promise<Store> {
  if (invocation.dryRun) return openExistingStore(invocation, { readOnly: true });
  return createStore ? openStore(invocation) : openExistingStore(invocation);
}

/** Opens the store of the state directory, and makes both where they are missing. */
async function openStore(invocation: Invocation): Promise<Store> {
  const { SqliteStore } = await import('@tsnet/ipam');
  return SqliteStore.open(storeFile(invocation));
}

/**
 * As {@link openStore}, but makes nothing: a store that is missing reads as an empty one. With `readOnly` nothing is
 * written either, and one that has to be upgraded is refused.
 */
export async function openExistingStore(
  invocation: Invocation,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Promise<Store> {
  const { MemoryStore, SqliteStore } = await import('@tsnet/ipam');
  const file = storeFile(invocation);
  return exists(file) ? SqliteStore.open(file, { readOnly }) : new MemoryStore();
}

/** A copy of what {@link openExistingStore} opens, which it leaves as it is. */
export async function copyStore(invocation: Invocation): Promise<Store> {
  const { MemoryStore } = await import('@tsnet/ipam');
  await using store = await openExistingStore(invocation, { readOnly: true });
  return MemoryStore.copyOf(store);
}

function storeFile({ stateDirectory }: Invocation): string {
  return join(stateDirectory, 'state.db');
}

/** A file that cannot be looked at counts as one: opening it says what is wrong. */
function exists(file: string): boolean {
  try {
    statSync(file);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}
