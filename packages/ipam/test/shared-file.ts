import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpPrefix, IpRange } from '@tsnet/inet';
import { Ipam } from '../src/ipam.ts';
import { SqliteStore } from '../src/store/sqlite-store.ts';
import type { Holdings } from './history.ts';
import { inspectFile } from './inspect-file.ts';

/** A file with the two pools that workers lease from, in a directory of its own. */
export class SharedFile implements AsyncDisposable {
  readonly directory: string;
  readonly file: string;
  /** The keys in it before anybody leased: those that are left when nobody does any more. */
  readonly emptyKeys: readonly string[];
  /** Who holds what before the first worker begins. */
  readonly residents: Holdings;

  private constructor(directory: string, file: string, emptyKeys: readonly string[], residents: Holdings) {
    this.directory = directory;
    this.file = file;
    this.emptyKeys = emptyKeys;
    this.residents = residents;
  }

  /**
   * "wide" has room for all. The range of "tight" is one whole chunk of its bitmap, with 34 addresses left: workers
   * run into its end, get what others have just released, and fill and open the chunk all the time.
   */
  static async create(): Promise<SharedFile> {
    const directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
    const file = join(directory, 'store.db');
    await using store = await SqliteStore.open(file);
    const ipam = new Ipam(store);
    await ipam.createPool({ id: 'wide', prefix: IpPrefix.parse('fd00::/64') });
    const range = IpRange.parse('10.0.4.0-10.0.7.255');
    await ipam.createPool({ id: 'tight', prefix: IpPrefix.parse('10.0.0.0/20'), range });
    const emptyKeys = await keysOf(store);
    for (let count = 0; count < 990; count += 1) await ipam.lease('tight', { owner: 'resident' });
    const { holdings } = await inspectFile(file);
    return new SharedFile(directory, file, emptyKeys, holdings);
  }

  /** Releases every lease; returns the keys that are left. */
  async releaseAll(): Promise<readonly string[]> {
    await using store = await SqliteStore.open(this.file);
    const ipam = new Ipam(store);
    for (const { poolId, address, owner } of await ipam.listLeases())
      await ipam.release(poolId, address, owner);
    return keysOf(store);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true });
  }
}

async function keysOf(store: SqliteStore): Promise<readonly string[]> {
  return (await store.list('')).map(({ key }) => key);
}
