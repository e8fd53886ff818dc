import { isTsnetError } from '@tsnet/errors';
import { IpPrefix, IpRange } from '@tsnet/inet';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PoolNotFoundError } from '../errors.ts';
import { leaseAddress } from '../lease/lease-address.ts';
import { releaseAddress } from '../lease/release-address.ts';
import { reserveAddress, unreserveAddress } from '../lease/reservations.ts';
import type { PoolSpec } from '../pool/pool.ts';
import { decodeState } from '../pool/pool-state.ts';
import { createPool, deletePool, poolUsage } from '../pool/pools.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { transact } from '../store/transact.ts';
import type { Transaction } from '../store/transaction.ts';
import { exportPools, exportText } from './export-pools.ts';
import { importPools } from './import-pools.ts';
import { parseIpamDocument } from './ipam-document-text.ts';

interface Step {
  readonly do: 'lease' | 'reserve' | 'release';
  readonly pool: number;
  readonly offset: bigint | undefined;
  readonly owner: string;
  readonly key: string | undefined;
  readonly ttl: number | undefined;
}

const specs: readonly PoolSpec[] = [
  { id: 'a b', prefix: IpPrefix.parse('10.0.0.0/27'), order: 'lowest-first', labels: { 'ü "': '\\' } },
  {
    id: 'p/q',
    prefix: IpPrefix.parse('10.0.4.0/22'),
    range: IpRange.parse('10.0.4.8-10.0.4.23'),
    exclude: [IpRange.parse('10.0.4.10'), IpPrefix.parse('10.0.4.16/31')],
    gateway: IpPrefix.parse('10.0.4.0/22').at(1n),
    reuseDelay: 1000,
    group: 'g/h',
  },
  {
    id: 'v6',
    prefix: IpPrefix.parse('fd00::/64'),
    reuseDelay: 50,
    carvedFrom: { prefix: IpPrefix.parse('fd00::/48'), length: 64 },
  },
  { id: 'one', prefix: IpPrefix.parse('10.9.0.0/31'), hostPool: true },
];

const steps = fc.array(
  fc.record<Step>({
    do: fc.constantFrom('lease', 'lease', 'reserve', 'release'),
    pool: fc.nat(specs.length - 1),
    offset: fc.option(fc.bigInt(0n, 40n), { nil: undefined }),
    owner: fc.constantFrom('web-1', 'x/y', '日本'),
    key: fc.option(fc.constantFrom('k', 'k 2'), { nil: undefined }),
    ttl: fc.option(fc.constantFrom(3, 20, 100_000), { nil: undefined }),
  }),
  { maxLength: 60 },
);

/** One step as anybody would do it; a refusal is no failure here. */
async function take(tx: Transaction, step: Step, now: number): Promise<void> {
  const { owner, key, ttl } = step;
  const { id, prefix } = specs[step.pool] ?? { id: '', prefix: IpPrefix.parse('::/0') };
  const offset = step.offset === undefined || step.offset < prefix.size ? step.offset : 0n;
  const address = offset === undefined ? undefined : prefix.at(offset);
  try {
    if (step.do === 'lease') {
      await leaseAddress(tx, id, { owner, key, ttl, address, labels: { n: `${now}` }, now });
    } else if (step.do === 'reserve' && address) {
      await reserveAddress(tx, id, { address, owner: key === undefined ? undefined : owner, now });
    } else if (address) {
      await releaseAddress(tx, id, address, owner, now);
    }
  } catch (error) {
    if (!isTsnetError(error)) throw error;
  }
}

async function filled(list: readonly Step[]): Promise<Store> {
  const store = new MemoryStore();
  await transact(store, async (tx) => {
    for (const spec of specs) await createPool(tx, spec);
  });
  for (const [now, step] of list.entries()) await transact(store, (tx) => take(tx, step, now));
  return store;
}

async function textOf(store: Store, pageSize: number): Promise<string> {
  let text = '';
  for await (const piece of exportText(store, { pageSize })) text += piece;
  return text;
}

/** Every record of a store. When something is due next is a lower bound, which an import may find better. */
async function recordsOf(store: Store): Promise<readonly unknown[]> {
  return (await store.list('')).map(({ key, value }) => {
    return [key, key.endsWith('/state') ? { ...decodeState('', value), due: undefined } : value];
  });
}

it('exports and imports any pools, so that the other store holds the same, record by record', async () => {
  const property = fc.asyncProperty(steps, fc.integer({ min: 1, max: 5 }), async (list, pageSize) => {
    const store = await filled(list);
    const document = await transact(store, exportPools);
    const text = JSON.stringify(document);
    const other = new MemoryStore();
    await transact(other, (tx) => importPools(tx, parseIpamDocument(text), { now: 77 }));
    expect(JSON.stringify(await transact(other, exportPools))).toBe(text);
    expect(await recordsOf(other)).toEqual(await recordsOf(store));
    expect(JSON.stringify(JSON.parse(await textOf(store, pageSize)))).toBe(text);
  });
  await fc.assert(property, { numRuns: 60 });
});

const place = IpPrefix.parse('fd00::/64').at(9n);
const beginLease = (tx: Transaction) => leaseAddress(tx, 'v6', { owner: 'a', address: place, now: 1 });
const endLease = (tx: Transaction) => releaseAddress(tx, 'v6', place, 'a', 1);
const beginReservation = (tx: Transaction) =>
  reserveAddress(tx, 'v6', { address: place, owner: 'b', now: 1 });
const endReservation = (tx: Transaction) => unreserveAddress(tx, 'v6', place);

it.for([
  ['a rest becomes a lease', [beginLease, endLease], [beginLease]],
  ['a lease becomes a rest', [beginLease], [endLease]],
  ['a reservation gives way to a lease', [beginReservation], [endReservation, beginLease]],
  ['a lease gives way to a reservation', [beginLease], [endLease, beginReservation]],
] as const)('exports what can be imported although %s, whenever that is', async ([, before, meanwhile]) => {
  for (let moment = 1, isOver = false; !isOver; moment += 1) {
    const store = await filled([]);
    for (const change of before) await transact<unknown>(store, change);
    let text = '';
    let pieces = 0;
    for await (const piece of exportText(store, { poolIds: ['v6'], pageSize: 1 })) {
      text += piece;
      pieces += 1;
      if (pieces !== moment) continue;
      for (const change of meanwhile) await transact<unknown>(store, change);
    }
    const other = new MemoryStore();
    await transact(other, (tx) => importPools(tx, parseIpamDocument(text), { now: 0 }));
    const { used, reserved, resting, outside } = await transact(other, (tx) => poolUsage(tx, 'v6'));
    expect(used + reserved + resting + outside).toBe(1n);
    isOver = pieces < moment;
  }
});

it('leaves out what is held in another pool that took the id meanwhile', async () => {
  const store = await filled([]);
  const pieces = exportText(store, { poolIds: ['v6'] });
  let text = `${(await pieces.next()).value}`;
  await transact(store, async (tx) => {
    await deletePool(tx, 'v6');
    await createPool(tx, { id: 'v6', prefix: IpPrefix.parse('fd01::/64') });
    await leaseAddress(tx, 'v6', { owner: 'x', now: 0 });
  });
  for await (const piece of pieces) text += piece;
  expect(parseIpamDocument(text).pools).toMatchObject([{ id: 'v6', leases: [] }]);
});

it('exports the pools that are named, each once, and no other', async () => {
  const store = await filled([]);
  const { pools } = await transact(store, (tx) => exportPools(tx, { poolIds: ['v6', 'one', 'v6'] }));
  expect(pools.map(({ id }) => id)).toEqual(['v6', 'one']);
  await expect(transact(store, (tx) => exportPools(tx, { poolIds: ['none'] }))).rejects.toThrow(
    PoolNotFoundError,
  );
  await expect(exportText(store, { poolIds: ['none'] }).next()).rejects.toThrow(PoolNotFoundError);
});

it('exports an empty store', async () => {
  const store = new MemoryStore();
  expect(await transact(store, exportPools)).toEqual({ format: 'tsnet-ipam', version: 1, pools: [] });
  expect(parseIpamDocument(await textOf(store, 10)).pools).toEqual([]);
});

it('writes one record a line, a page at a time', async () => {
  const store = await filled(
    Array.from(
      { length: 5 },
      (): Step => ({ do: 'lease', pool: 2, offset: undefined, owner: 'x', key: undefined, ttl: undefined }),
    ),
  );
  const pieces: string[] = [];
  for await (const piece of exportText(store, { poolIds: ['v6'], pageSize: 2 })) pieces.push(piece);
  expect(
    pieces.filter((piece) => piece.includes('"address"')).map((piece) => piece.split('\n').length),
  ).toEqual([3, 3, 2]);
  expect(pieces.join('')).toContain('\n{"address":"fd00::3","owner":"x","leasedAt":2,"labels":{"n":"2"}},\n');
});

it('writes a whole document although a pool is deleted meanwhile', async () => {
  const store = await filled([]);
  const pieces = exportText(store, { pageSize: 1 });
  let text = `${(await pieces.next()).value}`;
  await transact(store, (tx) => deletePool(tx, 'v6'));
  for await (const piece of pieces) text += piece;
  expect(parseIpamDocument(text).pools).toHaveLength(4);
});
