import { MemoryStore, storePrefix } from '@tsnet/ipam';
import { expect, it } from 'vitest';
import { KeyedRequests } from './keyed-requests.ts';

const connect = (key: string, carryOut: () => Promise<object>) =>
  ({ key, operation: 'connect', input: { network: 'web', sandbox: key }, carryOut }) as const;

it('keeps no key of what is gone, however much has been made', async () => {
  await using store = new MemoryStore();
  const keyed = new KeyedRequests(store);
  const keys = async () => (await store.list(storePrefix('idempotency'))).length;
  for (let round = 0; round < 1_200; round++) {
    const id = round.toString(16).padStart(12, '0');
    expect(await keyed.run(connect(`k${round}`, async () => ({ id })))).toEqual({ id });
    if (round > 0) keyed.drop(id);
  }
  expect(await keys()).toBe(1_200);
  await keyed.sweep();
  expect(await keys()).toBe(1);
});

it('keeps a key under which something was made when a later request with it fails', async () => {
  await using store = new MemoryStore();
  const request = connect('once', async () => ({ id: '000000000001' }));
  await new KeyedRequests(store).run(request);
  const fail = connect('once', () => Promise.reject(new Error('busy')));
  await expect(new KeyedRequests(store).run(fail)).rejects.toThrow('busy');
  const other = { ...request, input: { network: 'other', sandbox: 'once' } };
  await expect(new KeyedRequests(store).run(other)).rejects.toMatchObject({ code: 'API_KEY_REUSED' });
});

it('forgets a key that was refused', async () => {
  await using store = new MemoryStore();
  const refuse = connect('again', () => Promise.reject(new Error('refused')));
  await expect(new KeyedRequests(store).run(refuse)).rejects.toThrow('refused');
  expect(await store.list(storePrefix('idempotency'))).toEqual([]);
});

it('forgets the keys of yesterday, all of them', async () => {
  await using store = new MemoryStore();
  let now = 0;
  const keyed = new KeyedRequests(store, () => now);
  for (let round = 0; round < 1_100; round++) await keyed.run(connect(`k${round}`, async () => ({})));
  now = 86_400_001;
  await keyed.run(connect('new', async () => ({})));
  await keyed.prune();
  expect(await store.list(storePrefix('idempotency'))).toHaveLength(1);
});
