import { getEventListeners } from 'node:events';
import { IpPrefix } from '@tsnet/inet';
import { Ipam, MemoryStore } from '@tsnet/ipam';
import { expect, it } from 'vitest';
import { EventFeed } from './event-feed.ts';
import { observeStore } from './observe-store.ts';

it('a reader leaves nothing behind for each event, and nothing at its end', async () => {
  let feed: EventFeed | undefined;
  const store = observeStore(new MemoryStore(), (commit) => feed?.accept(commit));
  feed = await EventFeed.open(store, { sync: async () => {}, onFailure: (error) => expect.fail(`${error}`) });
  const ipam = new Ipam(store);
  const gone = new AbortController();
  const events = feed.follow(feed.end, gone.signal);
  for (let round = 0; round < 200; round++) {
    const next = events.next();
    await ipam.createPool({ id: `p${round}`, prefix: IpPrefix.parse(`10.${round}.0.0/30`) });
    const { value } = await next;
    expect(value?.events.map(({ type }) => type)).toEqual(['pool.changed']);
    expect(getEventListeners(gone.signal, 'abort').length).toBeLessThanOrEqual(1);
  }
  const last = events.next();
  gone.abort();
  expect((await last).done).toBe(true);
  expect(getEventListeners(gone.signal, 'abort')).toEqual([]);
  await feed.close();
  await store.close();
});
