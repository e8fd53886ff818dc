import { IpAddress, IpPrefix } from '@tsnet/inet';
import { beforeEach, describe, expect, it } from 'vitest';
import { Ipam } from '../ipam.ts';
import { freeRanges } from '../pool/free-ranges.ts';
import { poolUsage } from '../pool/pools.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { transact } from '../store/transact.ts';
import { findLease } from './leases.ts';

const at = (text: string) => IpAddress.parse(text);

let now: number;
let ipam: Ipam;
let store: MemoryStore;

beforeEach(async () => {
  now = 1000;
  store = new MemoryStore();
  ipam = new Ipam(store, { now: () => now });
  await ipam.createPool({ id: 'p', prefix: IpPrefix.parse('10.0.0.0/28'), reuseDelay: 100 });
});

async function views() {
  const { used, resting, free } = await ipam.usage('p');
  const iterated: string[] = [];
  for await (const { address } of ipam.iterateLeases({ poolId: 'p' }, { pageSize: 2 }))
    iterated.push(`${address}`);
  return {
    counts: [used, resting, free].map(Number),
    listed: (await ipam.listLeases({ poolId: 'p' })).map(({ address }) => `${address}`),
    iterated,
    ofOwner: (await ipam.listLeases({ owner: 'web' }, { limit: 3 })).map(({ address }) => `${address}`),
    found: (await ipam.findLease('p', at('10.0.0.2')))?.owner,
    holder: (await ipam.findHolder(at('10.0.0.2')))?.use.kind,
    free: (await ipam.freeRanges('p')).map(String),
  };
}

describe('a lease that has ended and that its pool has not dealt with yet', () => {
  it('is there in no view of the pool, from its end on', async () => {
    for (const ttl of [undefined, 50, 50, 50, undefined]) await ipam.lease('p', { owner: 'web', ttl });
    expect(await views()).toEqual({
      counts: [5, 0, 9],
      listed: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'],
      iterated: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'],
      ofOwner: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      found: 'web',
      holder: 'leased',
      free: ['10.0.0.6-10.0.0.14'],
    });
    now += 50;
    const standing = ['10.0.0.1', '10.0.0.5'];
    const ended = { listed: standing, iterated: standing, ofOwner: standing, found: undefined };
    expect(await views()).toEqual({
      ...ended,
      counts: [2, 3, 9],
      holder: 'resting',
      free: ['10.0.0.6-10.0.0.14'],
    });
    now += 100;
    const revision = await store.revision();
    expect(await views()).toEqual({
      ...ended,
      counts: [2, 0, 12],
      holder: 'free',
      free: ['10.0.0.2-10.0.0.4', '10.0.0.6-10.0.0.14'],
    });
    expect(await store.revision()).toBe(revision);
  });
});

describe('views of one transaction', () => {
  it('overlap, whatever has ended', async () => {
    for (const id of ['a', 'b']) {
      const prefix = IpPrefix.parse(id === 'a' ? '10.1.0.0/29' : '10.2.0.0/29');
      await ipam.createPool({ id, prefix });
      await ipam.lease(id, { owner: 'web', ttl: 50 });
    }
    now += 50;
    const read = transact(
      store,
      (tx) =>
        Promise.all([
          poolUsage(tx, 'a', now),
          poolUsage(tx, 'b', now),
          freeRanges(tx, 'a', { now }),
          findLease(tx, 'a', at('10.1.0.1')),
        ]),
      { readOnly: true },
    );
    const [a, b, free, lease] = await read;
    expect([a.used, b.used, free.map(String), lease?.owner]).toEqual([0n, 0n, ['10.1.0.1-10.1.0.6'], 'web']);
  });
});

describe('an address that was given up as a reservation', () => {
  it('rests as one does that was released, for it may have been', async () => {
    const { address } = await ipam.lease('p', { owner: 'web', address: at('10.0.0.1') });
    await ipam.reserve('p', { address, owner: 'web' });
    await ipam.release('p', address, 'web');
    await ipam.unreserve('p', address);
    expect((await ipam.findHolder(address))?.use).toEqual({ kind: 'resting', until: 1100 });
    expect((await ipam.usage('p')).resting).toBe(1n);
    now += 100;
    expect((await ipam.findHolder(address))?.use.kind).toBe('free');
  });
});

describe('what is no address, prefix or range', () => {
  const text = (value: string) => value as unknown as IpAddress;

  it.each<[string, () => Promise<unknown>]>([
    ['a release', () => ipam.release('p', text('10.0.0.1'), 'web')],
    ['a renewal', () => ipam.renew('p', text('10.0.0.1'), { owner: 'web' })],
    ['a lease', () => ipam.lease('p', { owner: 'web', address: text('10.0.0.1') })],
    ['a preference', () => ipam.lease('p', { owner: 'web', preferred: text('10.0.0.1') })],
    ['a reservation', () => ipam.reserve('p', { address: text('10.0.0.1') })],
    ['an end of a reservation', () => ipam.unreserve('p', text('10.0.0.1'))],
    ['a question for a lease', () => ipam.findLease('p', text('10.0.0.1'))],
    ['a question for a holder', () => ipam.findHolder(text('10.0.0.1'))],
    ['a page of free ranges', () => ipam.freeRanges('p', { after: text('10.0.0.1') })],
    ['a prefix', () => ipam.createPool({ id: 'q', prefix: text('10.1.0.0/24') as unknown as IpPrefix })],
    [
      'a gateway',
      () => ipam.createPool({ id: 'q', prefix: IpPrefix.parse('10.1.0.0/24'), gateway: text('10.1.0.1') }),
    ],
    [
      'an exclusion',
      () => ipam.createPool({ id: 'q', prefix: IpPrefix.parse('10.1.0.0/24'), exclude: [text('10.1.0.1')] }),
    ],
    ['labels of 5 MB', () => ipam.lease('p', { owner: 'web', labels: { big: 'x'.repeat(5_000_000) } })],
    [
      'labels that are a text',
      () => ipam.lease('p', { owner: 'web', labels: 'role=web' as unknown as Record<string, string> }),
    ],
    ['no supernet', () => ipam.createAutomaticPool({ id: 'q', supernets: [] })],
  ])('is refused as %s, with a way out', async (_, call) => {
    const revision = await store.revision();
    await expect(call()).rejects.toMatchObject({ kind: 'invalid', hint: expect.stringMatching(/\w/) });
    expect(await store.revision()).toBe(revision);
  });
});
