import { transact } from '@tsnet/ipam';
import type { ApplyOptions } from './apply-plan.ts';
import { sandboxKey } from './observed.ts';
import { deleteSandboxRecord, putSandboxRecord } from './sandbox-record.ts';

type Means = Pick<ApplyOptions, 'engine' | 'host' | 'store'>;

/**
 * Makes a sandbox for a project. It is on record before it is there, so that it is known whose it is wherever this is cut
 * short.
 */
export async function createOwnSandbox(
  project: string,
  name: string,
  { engine, host, store }: Means,
): Promise<void> {
  await transact(store, async (tx) => putSandboxRecord(tx, name, { project, key: undefined }));
  try {
    await engine.createSandbox(name);
  } catch (error) {
    await transact(store, async (tx) => deleteSandboxRecord(tx, name));
    throw error;
  }
  const key = sandboxKey(host, { kind: 'name', name });
  await transact(store, async (tx) => putSandboxRecord(tx, name, { project, key }));
}

/** Deletes a sandbox that a project made, with its endpoints. */
export async function deleteOwnSandbox(name: string, { engine, store }: Means): Promise<void> {
  await engine.deleteSandbox(name);
  await transact(store, async (tx) => deleteSandboxRecord(tx, name));
}
