import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpAddress, IpPrefix } from '@tsnet/inet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPool, deletePool } from '../pool/pools.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { transact } from '../store/transact.ts';
import type { Transaction } from '../store/transaction.ts';
import { leaseAddress } from './lease-address.ts';
import { type LeaseEvent, type LeaseWatchOptions, watchLeases } from './lease-events.ts';
import { releaseAddress } from './release-address.ts';
import { renewLease } from './renew-lease.ts';
import { reserveAddress, unreserveAddress } from './reservations.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
});

afterEach(() => rm(directory, { recursive: true }));

const address = IpAddress.parse('10.0.0.5');
const ofP = { poolId: 'p' };

/** What a watch reports, in words. */
function words(event: LeaseEvent): string {
  switch (event.type) {
    case 'leased':
      return `${event.poolId}: leased ${event.lease.address} to ${event.lease.owner}`;
    case 'released':
      return `${event.poolId}: released ${event.address} of ${event.owner}`;
    case 'reserved':
      return `${event.poolId}: reserved ${event.reservation.address} for ${event.reservation.owner}`;
    case 'unreserved':
      return `${event.poolId}: unreserved ${event.address} for ${event.owner}`;
    case 'pool-created':
      return `${event.poolId}: created with ${event.pool.prefix}`;
    default:
      return `${event.poolId}: deleted`;
  }
}

describe.each<readonly [string, () => Promise<Store>]>([
  ['memory', async () => new MemoryStore()],
  ['SQLite', () => SqliteStore.open(join(directory, 'store.db'))],
])('watchLeases on a %s store', (_, open) => {
  let store: Store;

  beforeEach(async () => {
    store = await open();
  });

  afterEach(() => store.close());

  const change = <T>(body: (tx: Transaction) => Promise<T>) => transact(store, body);
  const create = (id: string, prefix: string) =>
    change((tx) => createPool(tx, { id, prefix: IpPrefix.parse(prefix) }));
  const lease = (poolId: string, owner: string) =>
    change((tx) => leaseAddress(tx, poolId, { owner, address, ttl: 10, now: 1 }));
  const release = (poolId: string, owner: string) =>
    change((tx) => releaseAddress(tx, poolId, address, owner, 1));

  /** The first events of a watch, as many as are said. */
  async function first(count: number, options: LeaseWatchOptions = {}): Promise<readonly LeaseEvent[]> {
    const events: LeaseEvent[] = [];
    for await (const event of watchLeases(store, options)) {
      events.push(event);
      if (events.length === count) break;
    }
    return events;
  }

  it('reports each change as it comes', async () => {
    const events = watchLeases(store, { after: 0 });
    const next = async () => {
      const { value } = await events.next();
      return value ? words(value) : 'the end';
    };
    await create('p', '10.0.0.0/24');
    expect(await next()).toBe('p: created with 10.0.0.0/24');
    await change((tx) => reserveAddress(tx, 'p', { address, owner: 'a/b', now: 1 }));
    expect(await next()).toBe('p: reserved 10.0.0.5 for a/b');
    await lease('p', 'a/b');
    expect(await next()).toBe('p: leased 10.0.0.5 to a/b');
    await change((tx) => renewLease(tx, 'p', address, { owner: 'a/b', ttl: 99, now: 4 }));
    const { value } = await events.next();
    expect(value).toMatchObject({ type: 'leased', lease: { leasedAt: 1, expiresAt: 103 } });
    await release('p', 'a/b');
    expect(await next()).toBe('p: released 10.0.0.5 of a/b');
    await change((tx) => unreserveAddress(tx, 'p', address));
    expect(await next()).toBe('p: unreserved 10.0.0.5 for undefined');
    await change((tx) => deletePool(tx, 'p'));
    expect(await next()).toBe('p: deleted');
    await events.return();
  });

  it('tells the end of a lease before that of another owner on the address', async () => {
    await create('p', '10.0.0.0/24');
    await lease('p', 'old');
    const after = await store.revision();
    await release('p', 'old');
    await lease('p', 'new');
    const events = await first(2, { after });
    expect(events.map(words)).toEqual(['p: released 10.0.0.5 of old', 'p: leased 10.0.0.5 to new']);
    const [released = 0, leased = 0] = events.map(({ revision }) => revision);
    expect(released).toBeGreaterThan(after);
    expect(leased).toBeGreaterThan(released);
  });

  it('tells both when one commit ends a lease whose time has come and makes the next', async () => {
    await create('p', '10.0.0.0/24');
    await lease('p', 'old');
    const after = await store.revision();
    await change((tx) => leaseAddress(tx, 'p', { owner: 'new', address, now: 11 }));
    const events = await first(2, { after });
    expect(events.map(words).toSorted()).toEqual([
      'p: leased 10.0.0.5 to new',
      'p: released 10.0.0.5 of old',
    ]);
    expect(events[0]?.revision).toBe(events[1]?.revision);
  });

  it('reports one pool when asked', async () => {
    await create('p', '10.0.0.0/24');
    await create('p/2', '10.0.1.0/24');
    await change((tx) => leaseAddress(tx, 'p/2', { owner: 'web', now: 1 }));
    await lease('p', 'web');
    const events = await first(2, { after: 0, ...ofP });
    expect(events.map(words)).toEqual(['p: created with 10.0.0.0/24', 'p: leased 10.0.0.5 to web']);
  });

  it('reports one owner when asked, the end of its reservations too', async () => {
    await create('p', '10.0.0.0/24');
    await lease('p', 'other');
    await change((tx) => leaseAddress(tx, 'p', { owner: 'web', now: 1 }));
    const kept = IpAddress.parse('10.0.0.9');
    await change((tx) => reserveAddress(tx, 'p', { address: kept, owner: 'web', now: 1 }));
    const after = await store.revision();
    expect((await first(2, { after: 0, owner: 'web' })).map(words)).toEqual([
      'p: leased 10.0.0.1 to web',
      'p: reserved 10.0.0.9 for web',
    ]);
    await release('p', 'other');
    await change((tx) => unreserveAddress(tx, 'p', kept));
    await change((tx) => releaseAddress(tx, 'p', IpAddress.parse('10.0.0.1'), 'web', 1));
    expect((await first(2, { after, owner: 'web' })).map(words)).toEqual([
      'p: unreserved 10.0.0.9 for web',
      'p: released 10.0.0.1 of web',
    ]);
  });

  it('ends with its signal', async () => {
    const controller = new AbortController();
    const events = watchLeases(store, { signal: controller.signal });
    const next = events.next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
