import { statSync } from 'node:fs';
import { IpPrefix } from '@tsnet/inet';
import { Ipam, SqliteStore, storePrefix } from '@tsnet/ipam';
import { type Fill, POOL } from './fill.ts';
import { BATCH, newOwner } from './load.ts';

/** A store that was filled. */
export interface FilledStore {
  readonly fill: Fill;
  readonly file: string;
  /** How long it took. */
  readonly seconds: number;
  readonly fileBytes: number;
  /** Keys and values of the bitmap's records. */
  readonly bitmapBytes: number;
}

/** Makes a store with one pool, and leases what `fill` says is taken, in batches. */
export async function fillStore(file: string, fill: Fill): Promise<FilledStore> {
  const start = performance.now();
  const bitmapBytes = await leaseAll(file, fill);
  const seconds = (performance.now() - start) / 1000;
  // The store is closed: its log has moved into the file.
  return { fill, file, seconds, fileBytes: statSync(file).size, bitmapBytes };
}

async function leaseAll(file: string, { prefix, taken }: Fill): Promise<number> {
  await using store = await SqliteStore.open(file);
  const ipam = new Ipam(store);
  await ipam.createPool({ id: POOL, prefix: IpPrefix.parse(prefix) });
  for (let left = taken; left > 0; left -= BATCH) {
    await ipam.leaseMany(POOL, { owner: newOwner(), count: Math.min(left, BATCH) });
  }
  const entries = await store.list(storePrefix('ipam', 'map', POOL));
  return entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
}
