import { IpPrefix } from '@tsnet/inet';
import { beforeEach, describe, expect, it } from 'vitest';
import { Ipam } from '../ipam.ts';
import { GroupCommit } from './group-commit.ts';
import { MemoryStore } from './memory-store.ts';
import type { StoreCommit } from './store.ts';
import { StoreClosedError, StoreUnavailableError } from './store-errors.ts';

class CountingStore extends MemoryStore {
  commits = 0;
  beforeCommit: (() => Promise<unknown>) | undefined;

  override async commit(commit: StoreCommit) {
    this.commits += 1;
    const before = this.beforeCommit;
    this.beforeCommit = undefined;
    await before?.();
    return super.commit(commit);
  }
}

let store: CountingStore;
let group: GroupCommit;

beforeEach(() => {
  store = new CountingStore();
  group = new GroupCommit(store);
});

const add = (key: string) =>
  group.run(async (tx) => {
    const count = Number((await tx.get(key)) ?? 0) + 1;
    tx.put(key, `${count}`);
    return count;
  });

describe('GroupCommit', () => {
  it('commits a caller that comes alone by itself', async () => {
    expect([await add('a'), await add('a')]).toEqual([1, 2]);
    expect(store.commits).toBe(2);
  });

  it('commits what comes meanwhile together, in the order of the calls', async () => {
    const all = await Promise.all(Array.from({ length: 65 }, () => add('a')));
    expect(all).toEqual(Array.from({ length: 65 }, (_, index) => index + 1));
    expect(store.commits).toBe(2);
    expect((await store.get(['a']))[0]?.value).toBe('65');
  });

  it('asks a store that cannot be used once for all of them', async () => {
    let questions = 0;
    store.get = async () => {
      questions += 1;
      throw new StoreUnavailableError('read', 'a file', 'another process has locked it', 'Try again.');
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 41 }, () => add('a')));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    // The first one comes alone.
    expect(questions).toBe(2);
  });

  it('leaves nothing of a body that throws, and disturbs nobody', async () => {
    const failing = () =>
      group.run(async (tx) => {
        tx.put('a', 'wrong');
        tx.put('b', 'wrong');
        tx.delete('first');
        throw new RangeError('no');
      });
    const outcomes = await Promise.allSettled([add('first'), add('a'), failing(), add('a'), add('first')]);
    expect(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : `${outcome.reason}`)),
    ).toEqual([1, 1, 'RangeError: no', 2, 2]);
    expect((await store.list('')).map(({ key, value }) => `${key} ${value}`)).toEqual(['a 2', 'first 2']);
  });

  it('runs all again when another writer was faster', async () => {
    // Taken away before it runs, so that this commit is not held up by itself.
    store.beforeCommit = () => store.commit({ checks: [], puts: [{ key: 'a', value: '10' }], deletes: [] });
    expect(await Promise.all([add('a'), add('a'), add('b')])).toEqual([11, 12, 1]);
  });

  it('tells every caller of a group when its commit fails', async () => {
    const outcomes = [add('a'), add('a'), add('b')].map((one) => one.catch((error) => error));
    await store.close();
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toBeInstanceOf(StoreClosedError);
  });

  it('makes many leases at once with few commits, none of them twice', async () => {
    const ipam = new Ipam(store);
    await ipam.createPool({ id: 'p', prefix: IpPrefix.parse('10.0.0.0/25') });
    store.commits = 0;
    const leases = await Promise.allSettled(
      Array.from({ length: 130 }, (_, n) => ipam.lease('p', { owner: `o${n}` })),
    );
    const held = leases.flatMap((one) => (one.status === 'fulfilled' ? [`${one.value.address}`] : []));
    expect(new Set(held).size).toBe(126);
    expect(held).toHaveLength(126);
    expect(store.commits).toBeLessThan(5);
    expect((await ipam.usage('p')).used).toBe(126n);
  });
});
