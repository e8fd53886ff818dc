import { IpPrefix } from '@tsnet/inet';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { InvalidPoolError, PoolExistsError, PrefixesExhaustedError } from '../errors.ts';
import { Ipam } from '../ipam.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { StoreCorruptError } from '../store/store-errors.ts';
import { transact } from '../store/transact.ts';
import { type AutomaticPoolSpec, carvePrefix, createAutomaticPool } from './automatic-pool.ts';
import { createPool, deletePool } from './pools.ts';
import type { Supernet } from './supernet.ts';

const parse = (text: string) => IpPrefix.parse(text);
const supernet = (prefix: string, length: number): Supernet => ({ prefix: parse(prefix), length });

let store: MemoryStore;
let made: number;

beforeEach(() => {
  store = new MemoryStore();
  made = 0;
});

/** The prefix of a new pool named after it, unless the spec says otherwise. */
async function carve(supernets: readonly Supernet[], inUse: readonly string[] = []): Promise<string> {
  made += 1;
  const spec = { id: `auto ${made}`, supernets, inUse: inUse.map(parse), hostPool: true };
  const pool = await transact(store, (tx) => createAutomaticPool(tx, spec));
  return `${pool.prefix}`;
}

const create = (prefix: string) =>
  transact(store, (tx) => createPool(tx, { id: prefix, prefix: parse(prefix), hostPool: true }));
const remove = (id: string) => transact(store, (tx) => deletePool(tx, id));

describe('createAutomaticPool', () => {
  it('goes round: what was given up comes back when the rest has had its turn', async () => {
    const from = [supernet('10.0.0.0/22', 24)];
    expect(await carve(from)).toBe('10.0.0.0/24');
    expect(await carve(from)).toBe('10.0.1.0/24');
    await remove('auto 1');
    expect(await carve(from)).toBe('10.0.2.0/24');
    expect(await carve(from)).toBe('10.0.3.0/24');
    expect(await carve(from)).toBe('10.0.0.0/24');
  });

  it('stays clear of other pools, larger and smaller ones, and of what is in use', async () => {
    await create('10.0.0.0/18');
    await create('10.0.64.128/25');
    await create('10.0.70.0/32');
    const from = [supernet('10.0.0.0/16', 24)];
    expect(await carve(from)).toBe('10.0.65.0/24');
    expect(await carve(from, ['10.0.66.0/23', '10.0.66.0/24', '10.0.68.7/32'])).toBe('10.0.69.0/24');
    expect(await carve(from)).toBe('10.0.71.0/24');
    expect(await carve(from, ['fd00::/8'])).toBe('10.0.72.0/24');
  });

  it('jumps out of a larger pool that has come to lie around its place', async () => {
    const from = [supernet('10.0.0.0/16', 24)];
    expect(await carve(from)).toBe('10.0.0.0/24');
    await remove('auto 1');
    await create('10.0.0.0/20');
    expect(await carve(from)).toBe('10.0.16.0/24');
  });

  it('goes on to the next supernet when one is full or covered', async () => {
    await create('10.0.0.0/15');
    const from = [supernet('10.0.0.0/16', 24), supernet('172.16.0.0/24', 25), supernet('fd00::/48', 64)];
    expect(await carve(from)).toBe('172.16.0.0/25');
    expect(await carve(from)).toBe('172.16.0.128/25');
    expect(await carve(from)).toBe('fd00::/64');
    expect(await carve(from)).toBe('fd00:0:0:1::/64');
  });

  it('goes round on its own for each length', async () => {
    expect(await carve([supernet('10.0.0.0/16', 24)])).toBe('10.0.0.0/24');
    expect(await carve([supernet('10.0.0.0/16', 20)])).toBe('10.0.16.0/20');
    expect(await carve([supernet('10.0.0.0/16', 24)])).toBe('10.0.1.0/24');
    expect(await carve([supernet('10.0.0.0/16', 20)])).toBe('10.0.32.0/20');
  });

  it('knows the ends of the address space', async () => {
    expect(await carve([supernet('255.255.255.254/31', 32)])).toBe('255.255.255.254/32');
    expect(await carve([supernet('255.255.255.254/31', 32)])).toBe('255.255.255.255/32');
    await expect(carve([supernet('255.255.255.254/31', 32)])).rejects.toThrow(PrefixesExhaustedError);
    expect(await carve([supernet('::/0', 0)])).toBe('::/0');
    await expect(carve([supernet('::/0', 0)])).rejects.toThrow(
      'no room is left beside pool auto 4 with ::/0',
    );
  });

  it('gives the layout the prefix that was chosen', async () => {
    const spec: AutomaticPoolSpec = {
      id: 'lan',
      supernets: [supernet('10.0.0.0/16', 29)],
      labels: { network: 'lan' },
      layout: (prefix) => ({ gateway: prefix.at(1n), exclude: [prefix.at(2n)] }),
    };
    const pool = await transact(store, (tx) => createAutomaticPool(tx, spec));
    expect([`${pool.gateway}`, pool.exclude.join(), pool.capacity]).toEqual(['10.0.0.1', '10.0.0.2', 4n]);
    expect(pool.labels).toEqual({ network: 'lan' });
    const again = transact(store, (tx) => createAutomaticPool(tx, spec));
    await expect(again).rejects.toThrow(PoolExistsError);
  });

  it('says who holds what when nothing is left', async () => {
    const from = [supernet('10.0.0.0/22', 24), supernet('10.9.0.0/23', 24)];
    await create('10.0.0.64/26');
    await create('10.0.1.0/24');
    await create('10.9.0.0/16');
    const attempt = carve(from, ['10.0.2.0/24', '10.0.3.0/30', '192.168.0.0/16']);
    await expect(attempt).rejects.toThrow(PrefixesExhaustedError);
    await expect(attempt).rejects.toThrow(
      'cannot find a free prefix in 10.0.0.0/22 by /24, 10.9.0.0/23 by /24: no room is left beside ' +
        'pool 10.0.0.64/26 with 10.0.0.64/26, pool 10.0.1.0/24 with 10.0.1.0/24, 10.0.2.0/24 in use, ' +
        '10.0.3.0/30 in use and 1 more',
    );
  });

  it('gives each of many creators at once a prefix of its own', async () => {
    const from = [supernet('10.0.0.0/16', 24)];
    const prefixes = await Promise.all(Array.from({ length: 40 }, () => carve(from)));
    expect(new Set(prefixes).size).toBe(40);
  });

  it('refuses a damaged record of where it was', async () => {
    const from = [supernet('10.0.0.0/16', 24)];
    await carve(from);
    await transact(store, async (tx) => {
      const [cursor] = await tx.list('ipam/carve/');
      tx.put(cursor?.key ?? 'none', 'nonsense');
    });
    await expect(carve(from)).rejects.toThrow(StoreCorruptError);
  });

  it('refuses pieces that do not fit', async () => {
    await expect(carve([supernet('10.0.0.0/24', 16)])).rejects.toThrow(InvalidPoolError);
    await expect(carve([supernet('10.0.0.0/24', 33)])).rejects.toThrow(InvalidPoolError);
  });
});

/** How often the store was asked since the last time that this was. */
function countCalls(): () => number {
  const spies = (['get', 'list', 'commit'] as const).map((method) => vi.spyOn(store, method));
  return () => {
    const count = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
    for (const spy of spies) spy.mockClear();
    return count;
  };
}

describe('the cost of an automatic pool', () => {
  it.each([
    ['10.0.0.0/8', 24],
    ['fd00::/48', 64],
  ])('is the same for the first of 2,000 in %s by /%i and for the last', async (prefix, length) => {
    const from = [supernet(prefix, length)];
    await carve(from);
    const calls = countCalls();
    const costs = new Set<number>();
    for (let count = 1; count < 2000; count += 1) {
      await carve(from);
      costs.add(calls());
    }
    expect(costs.size).toBe(1);
  });

  it('stays small when a full supernet gets one piece back', async () => {
    const from = [supernet('10.0.0.0/16', 28)];
    await transact(store, async (tx) => {
      for (let index = 0; index < 4096; index += 1) {
        await createPool(tx, {
          id: `${index}`,
          prefix: IpPrefix.of(parse('10.0.0.0/16').at(BigInt(index * 16)), 28),
        });
      }
    });
    await expect(carve(from)).rejects.toThrow('and 4092 more');
    await remove('4000');
    const calls = countCalls();
    expect(await carve(from)).toBe('10.0.250.0/28');
    expect(calls()).toBeLessThan(16);
  });
});

type Step =
  | { readonly do: 'carve'; readonly length: number; readonly inUse: readonly IpPrefix[] }
  | { readonly do: 'create'; readonly prefix: IpPrefix }
  | { readonly do: 'delete'; readonly index: number };

const whole = parse('10.0.0.0/26');
const anyPrefix = fc
  .tuple(fc.integer({ min: 25, max: 32 }), fc.nat(127))
  .map(([length, offset]) => IpPrefix.of(parse('10.0.0.0/25').at(BigInt(offset)), length).network);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('carve'),
      length: fc.integer({ min: 28, max: 32 }),
      inUse: fc.array(
        anyPrefix.filter(({ length }) => length > 26),
        { maxLength: 3 },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create'), prefix: anyPrefix }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete'), index: fc.nat() }) },
);

/** Tries every piece, beginning behind the one carved last. */
function naive(taken: readonly IpPrefix[], length: number, last: IpPrefix | undefined): IpPrefix | undefined {
  const size = 1n << BigInt(32 - length);
  const count = whole.size / size;
  const start = last === undefined ? 0n : whole.offsetOf(last.address) / size + 1n;
  for (let step = 0n; step < count; step += 1n) {
    const piece = IpPrefix.of(whole.at(((start + step) % count) * size), length);
    if (!taken.some((one) => one.overlaps(piece))) return piece;
  }
  return undefined;
}

it('carves what trying every piece in turn carves, whatever is created and deleted in between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60, size: 'max' }), async (steps) => {
      const memory = new MemoryStore();
      const pools: IpPrefix[] = [];
      const last = new Map<number, IpPrefix>();
      for (const step of steps) {
        if (step.do === 'delete') {
          const [gone] = pools.splice(step.index % Math.max(1, pools.length), 1);
          if (gone) await transact(memory, (tx) => deletePool(tx, `${gone}`));
          continue;
        }
        let prefix: IpPrefix | undefined;
        if (step.do === 'create') {
          const { prefix: asked } = step;
          if (!pools.some((one) => one.overlaps(asked))) prefix = asked;
        } else {
          const { length, inUse } = step;
          prefix = naive([...pools, ...inUse], length, last.get(length));
          const request = { supernets: [{ prefix: whole, length }], inUse };
          const attempt = transact(memory, (tx) => carvePrefix(tx, request)).then(
            ({ prefix }) => `${prefix}`,
          );
          if (prefix === undefined) await expect(attempt).rejects.toThrow(PrefixesExhaustedError);
          else expect(await attempt).toBe(`${prefix}`);
          if (prefix !== undefined) last.set(length, prefix);
        }
        if (prefix === undefined) continue;
        const spec = { id: `${prefix}`, prefix, hostPool: true };
        await transact(memory, (tx) => createPool(tx, spec));
        pools.push(prefix);
      }
    }),
    { numRuns: 200 },
  );
});

it('leaves nothing behind when the last pool of a supernet goes', async () => {
  const store = new MemoryStore();
  const ipam = new Ipam(store);
  const supernets = [{ prefix: IpPrefix.parse('10.0.0.0/8'), length: 24 }];
  const make = async (id: string) => `${(await ipam.createAutomaticPool({ id, supernets })).prefix}`;
  expect([await make('a'), await make('b')]).toEqual(['10.0.0.0/24', '10.0.1.0/24']);
  await ipam.deletePool('a');
  expect(await make('c')).toBe('10.0.2.0/24');
  await ipam.deletePool('b');
  await ipam.deletePool('c');
  expect(await store.list('')).toEqual([]);
});
