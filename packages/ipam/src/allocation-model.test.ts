import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTsnetError } from '@tsnet/errors';
import { IpPrefix, IpRange } from '@tsnet/inet';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ipam } from './ipam.ts';
import { MemoryStore } from './memory-store.ts';
import { leasableOffsets, type PoolSpec } from './pool.ts';
import { SqliteStore } from './sqlite-store.ts';

let directory: string;
let sqlite: SqliteStore;
let runs = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
  sqlite = await SqliteStore.open(join(directory, 'store.db'));
});

afterAll(async () => {
  await sqlite.close();
  await rm(directory, { recursive: true });
});

type Step =
  | { readonly do: 'lease'; readonly owner: string; readonly offset: bigint | undefined }
  | { readonly do: 'release'; readonly owner: string; readonly offset: bigint };

/** The plainest allocator that follows the rules: a map, and a walk over every address. */
class Model {
  readonly held = new Map<bigint, string>();
  readonly #dynamic: readonly bigint[];
  readonly #leasable: ReadonlySet<bigint>;
  readonly #size: bigint;
  #cursor = -1n;

  constructor({ prefix, range = prefix.range, exclude = [] }: PoolSpec) {
    this.#size = prefix.size;
    const [lowest, highest] = leasableOffsets(prefix);
    const all = Array.from({ length: Number(prefix.size) }, (_, index) => BigInt(index));
    const leasable = all.filter(
      (offset) =>
        offset >= lowest && offset <= highest && !exclude.some((gap) => gap.contains(prefix.at(offset))),
    );
    this.#leasable = new Set(leasable);
    this.#dynamic = leasable.filter((offset) => range.contains(prefix.at(offset)));
  }

  apply(step: Step): string {
    const { owner, offset } = step;
    if (offset !== undefined && offset >= this.#size) return 'IPAM_ADDRESS_OUTSIDE_POOL';
    if (step.do === 'release') {
      const holder = this.held.get(step.offset);
      if (holder === undefined) return 'false';
      if (holder !== owner) return 'IPAM_LEASE_HELD_BY_OTHER';
      this.held.delete(step.offset);
      return 'true';
    }
    if (offset !== undefined) {
      if (!this.#leasable.has(offset)) return 'IPAM_ADDRESS_RESERVED';
      if (this.held.has(offset)) return 'IPAM_ADDRESS_TAKEN';
      this.held.set(offset, owner);
      return `${offset}`;
    }
    const free = this.#dynamic.filter((one) => !this.held.has(one));
    const next = free.find((one) => one > this.#cursor) ?? free[0];
    if (next === undefined) return 'IPAM_POOL_EXHAUSTED';
    this.#cursor = next;
    this.held.set(next, owner);
    return `${next}`;
  }

  get capacity(): number {
    return this.#dynamic.length;
  }

  get used(): number {
    return this.#dynamic.filter((offset) => this.held.has(offset)).length;
  }
}

const pool = fc
  .record({
    base: fc.constantFrom('10.0.0.0', 'fd00::'),
    hostBits: fc.integer({ min: 0, max: 11 }),
    ends: fc.option(fc.tuple(fc.nat(2047), fc.nat(2047)), { nil: undefined }),
    cuts: fc.uniqueArray(fc.nat(2047), { maxLength: 6 }),
  })
  .map(({ base, hostBits, ends, cuts }): PoolSpec => {
    const width = base === 'fd00::' ? 128 : 32;
    const prefix = IpPrefix.parse(`${base}/${width - hostBits}`);
    const span = (numbers: readonly number[]) => {
      const [from = 0, to = 0] = numbers.map((n) => n % Number(prefix.size)).toSorted((a, b) => a - b);
      return IpRange.of(prefix.at(BigInt(from)), prefix.at(BigInt(to)));
    };
    const sorted = [...new Set(cuts.map((cut) => cut % Number(prefix.size)))].sort((a, b) => a - b);
    const exclude: IpRange[] = [];
    for (let index = 0; index + 1 < sorted.length; index += 2)
      exclude.push(span(sorted.slice(index, index + 2)));
    return { id: 'unset', prefix, exclude, hostPool: true, ...(ends ? { range: span(ends) } : {}) };
  });

const owner = fc.constantFrom('a', 'b', 'c/d');
// Small offsets meet each other often; the largest lie outside of the pool.
const offset = fc.oneof(fc.bigInt(0n, 12n), fc.bigInt(0n, 2100n));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('lease'), owner, offset: fc.constant(undefined) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lease'), owner, offset }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release'), owner, offset }) },
);

async function perform(ipam: Ipam, { id, prefix }: PoolSpec, one: Step): Promise<string> {
  const address = one.offset === undefined ? undefined : prefix.first.add(one.offset);
  try {
    if (one.do === 'release') return `${await ipam.release(id, prefix.first.add(one.offset), one.owner)}`;
    const lease = await ipam.lease(id, { owner: one.owner, address });
    return `${prefix.offsetOf(lease.address)}`;
  } catch (error) {
    if (isTsnetError(error)) return error.code;
    throw error;
  }
}

it('answers any sequence of leases and releases as the plainest allocator does, from either store', async () => {
  await fc.assert(
    fc.asyncProperty(pool, fc.array(step, { maxLength: 60, size: 'max' }), async (draft, steps) => {
      const model = new Model(draft);
      fc.pre(model.capacity > 0);
      runs += 1;
      const spec = { ...draft, id: `run/${runs}` };
      const memory = new Ipam(new MemoryStore(), { now: () => 0 });
      const durable = new Ipam(sqlite, { now: () => 0 });
      await memory.createPool(spec);
      await durable.createPool(spec);
      for (const one of steps) {
        const expected = model.apply(one);
        expect(await perform(memory, spec, one)).toBe(expected);
        expect(await perform(durable, spec, one)).toBe(expected);
      }

      const held = [...model.held].sort(([a], [b]) => Number(a - b));
      for (const ipam of [memory, durable]) {
        const leases = await ipam.listLeases({ poolId: spec.id });
        expect(leases.map((lease) => [spec.prefix.offsetOf(lease.address), lease.owner])).toEqual(held);
        expect(await ipam.usage(spec.id)).toEqual({
          capacity: BigInt(model.capacity),
          used: BigInt(model.used),
          outside: BigInt(held.length - model.used),
        });
        for (const lease of leases) await ipam.release(spec.id, lease.address, lease.owner);
        expect(await ipam.deletePool(spec.id)).toBe(true);
      }
      expect(await sqlite.list('')).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
