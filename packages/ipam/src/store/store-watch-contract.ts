import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { nothing, write } from './contract-write.ts';
import type { Store, StoreChange, StoreValue } from './store.ts';
import { StoreClosedError, StoreInvalidError } from './store-errors.ts';

type OpenStore = () => Promise<Store>;

/** Defines the tests of `revision` and `watch`. */
export function itWatches(open: OpenStore): void {
  itKnowsItsRevision(open);
  itReportsChanges(open);
  itFollows(open);
  itEndsWatching(open);
}

function itKnowsItsRevision(open: OpenStore): void {
  it('has the revision of the newest commit that wrote', async () => {
    await using store = await open();
    const first = await write(store, { a: '' });
    expect(await store.revision()).toBe(first);
    const second = await write(store, {}, ['a']);
    expect(await store.revision()).toBe(second);
    await store.commit({
      ...nothing,
      checks: [{ key: 'a', revision: first }],
      puts: [{ key: 'b', value: '' }],
    });
    expect(await store.revision()).toBe(second);
  });
}

function itReportsChanges(open: OpenStore): void {
  it('reports what changed after a revision, in order, and then what changes later', async () => {
    await using store = await open();
    const after = await write(store, { 'p/old': '', 'p/gone': '' });
    const first = await write(store, { 'p/b': 'text', q: '' });
    const second = await write(store, { 'p/a': Uint8Array.of(1, 2) }, ['p/gone']);
    const changes = store.watch('p/', { after })[Symbol.asyncIterator]();
    const known = await take(changes, 3);
    expect(known[0]).toEqual({ key: 'p/b', revision: first, value: 'text' });
    expect(known.slice(1)).toHaveLength(2);
    expect(known).toContainEqual({ key: 'p/a', revision: second, value: Uint8Array.of(1, 2) });
    expect(known).toContainEqual({ key: 'p/gone', revision: second, value: undefined });

    const next = take(changes, 1);
    await write(store, { q: 'not watched' });
    const third = await write(store, { 'p/c': 'live' });
    expect(await next).toEqual([{ key: 'p/c', revision: third, value: 'live' }]);
    await changes.return?.();
  });

  it('reports a key by its newest value', async () => {
    await using store = await open();
    const after = await write(store, { a: '1' });
    for (const value of ['2', '3', '4']) await write(store, { a: value, b: value });
    await write(store, {}, ['b']);
    const revision = await write(store, { a: '5' });
    await write(store, { end: '' });
    const latest = new Map<string, StoreChange>();
    for await (const change of store.watch('', { after })) {
      if (change.key === 'end') break;
      latest.set(change.key, change);
    }
    expect(latest.get('a')).toEqual({ key: 'a', revision, value: '5' });
    expect(latest.get('b')).toMatchObject({ value: undefined });
  });
}

function itFollows(open: OpenStore): void {
  it('begins with what changes from now on', async () => {
    await using store = await open();
    await write(store, { 'p/old': '' });
    let isReported = false;
    const first = store
      .watch('p/')
      [Symbol.asyncIterator]()
      .next()
      .then(({ value }) => {
        isReported = true;
        return value;
      });
    // Only the store knows when a watch has begun.
    for (let count = 1; !isReported; count += 1) {
      await write(store, { 'p/new': `${count}` });
      await setImmediate();
    }
    expect(await first).toMatchObject({ key: 'p/new' });
  });

  it('keeps a copy up to date that began with a list', async () => {
    await using store = await open();
    await write(store, { 'p/0': 'before', 'p/1': 'before' });
    const after = await store.revision();
    const copy = new Map<string, StoreValue>();
    for (const { key, value } of await store.list('p/')) copy.set(key, value);
    const following = (async () => {
      let last = after;
      for await (const { key, revision, value } of store.watch('p/', { after })) {
        expect(revision).toBeGreaterThanOrEqual(last);
        last = revision;
        if (value === undefined) copy.delete(key);
        else copy.set(key, value);
        if (key === 'p/end') return;
      }
    })();
    for (let step = 0; step < 200; step += 1) {
      const key = `p/${(step * 7) % 10}`;
      if (step % 3 === 0) await write(store, {}, [key]);
      else await write(store, { [key]: `${step}` });
      if (step % 16 === 0) await setImmediate();
    }
    await write(store, { 'p/end': '' });
    await following;
    const entries = (await store.list('p/')).map(({ key, value }) => [key, value]);
    expect([...copy].toSorted()).toEqual(entries);
  });
}

function itEndsWatching(open: OpenStore): void {
  it('ends a watch when its signal fires, and not another', async () => {
    await using store = await open();
    const after = await write(store, { a: '' });
    const controller = new AbortController();
    const ended = store.watch('', { after, signal: controller.signal })[Symbol.asyncIterator]();
    const other = store.watch('', { after })[Symbol.asyncIterator]();
    const nexts = [ended.next(), other.next()];
    await setImmediate();
    controller.abort();
    expect(await nexts[0]).toEqual({ done: true, value: undefined });
    const revision = await write(store, { b: '' });
    expect(await nexts[1]).toEqual({ done: false, value: { key: 'b', revision, value: '' } });
    expect(await ended.next()).toEqual({ done: true, value: undefined });
    await other.return?.();
  });

  it('reports nothing to a signal that has fired before', async () => {
    await using store = await open();
    await write(store, { a: '' });
    const changes = store.watch('', { after: 0, signal: AbortSignal.abort() })[Symbol.asyncIterator]();
    expect(await changes.next()).toEqual({ done: true, value: undefined });
  });

  it('ends its watches when it is closed, and begins none after', async () => {
    const store = await open();
    const after = await write(store, { a: '' });
    const next = store.watch('', { after })[Symbol.asyncIterator]().next();
    await setImmediate();
    await store.close();
    expect(await next).toEqual({ done: true, value: undefined });
    await expect(store.watch('', { after })[Symbol.asyncIterator]().next()).rejects.toThrow(StoreClosedError);
    await expect(store.revision()).rejects.toThrow(StoreClosedError);
  });

  it.each([
    ['a prefix with a space', 'a b', 0],
    ['a revision below 0', 'a', -1],
    ['a revision that is none', 'a', 0.5],
  ])('refuses to watch %s', async (_, prefix, after) => {
    await using store = await open();
    const changes = store.watch(prefix, { after })[Symbol.asyncIterator]();
    await expect(changes.next()).rejects.toThrow(StoreInvalidError);
  });
}

async function take(changes: AsyncIterator<StoreChange>, count: number): Promise<readonly StoreChange[]> {
  const taken: StoreChange[] = [];
  while (taken.length < count) {
    const { done, value } = await changes.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}
