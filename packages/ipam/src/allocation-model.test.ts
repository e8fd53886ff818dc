import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTsnetError } from '@tsnet/errors';
import { type IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PlainAllocator, type Step } from '../test/plain-allocator.ts';
import { Ipam } from './ipam.ts';
import type { Lease } from './lease/lease.ts';
import { leasableOffsets, type PoolSpec } from './pool/pool.ts';
import { MemoryStore } from './store/memory-store.ts';
import { SqliteStore } from './store/sqlite-store.ts';

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

const pool = fc
  .record({
    base: fc.constantFrom('10.0.0.0', 'fd00::'),
    hostBits: fc.integer({ min: 0, max: 11 }),
    ends: fc.option(fc.tuple(fc.nat(2047), fc.nat(2047)), { nil: undefined }),
    cuts: fc.uniqueArray(fc.nat(2047), { maxLength: 6 }),
    gateway: fc.option(fc.nat(2047), { nil: undefined }),
    order: fc.constantFrom('round-robin' as const, 'lowest-first' as const),
    reuseDelay: fc.constantFrom(0, 5, 1000),
  })
  .map(({ base, hostBits, ends, cuts, gateway, ...choice }): PoolSpec => {
    const width = base === 'fd00::' ? 128 : 32;
    const prefix = IpPrefix.parse(`${base}/${width - hostBits}`);
    const at = (number: number) => prefix.at(BigInt(number % Number(prefix.size)));
    const span = (a: number, b: number) => {
      const [first, last] = [at(a), at(b)].sort((x, y) => x.compare(y));
      return IpRange.of(first ?? prefix.first, last ?? prefix.last);
    };
    const sorted = [...new Set(cuts.map((cut) => cut % Number(prefix.size)))].sort((a, b) => a - b);
    const exclude: (IpAddress | IpRange | IpPrefix)[] = [];
    for (let index = 0; index + 1 < sorted.length; index += 2) {
      exclude.push(span(sorted[index] ?? 0, sorted[index + 1] ?? 0));
    }
    // One more, alone: as an address, or as the prefix of that one address.
    const last = sorted.length % 2 === 1 ? sorted.at(-1) : undefined;
    if (last !== undefined) exclude.push(last % 2 === 0 ? at(last) : IpPrefix.of(at(last), width));
    const [lowest, highest] = leasableOffsets(prefix);
    const router = gateway === undefined ? undefined : BigInt(gateway % Number(prefix.size));
    const isUsable = router !== undefined && router >= lowest && router <= highest;
    return {
      id: 'unset',
      prefix,
      exclude,
      hostPool: true,
      ...choice,
      ...(isUsable ? { gateway: prefix.at(router) } : {}),
      ...(ends ? { range: span(...ends) } : {}),
    };
  });

const owner = fc.constantFrom('a', 'b', 'c/d');
// Small offsets meet each other often; the largest lie outside of the pool.
const offset = fc.oneof({ weight: 3, arbitrary: fc.nat(12) }, { weight: 1, arbitrary: fc.nat(2100) });
const key = fc.option(fc.constantFrom('k', 'l'), { nil: undefined, freq: 3 });
const ttl = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined, freq: 2 });
const to = <T extends Step['do']>(verb: T) => fc.constant(verb);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: to('lease'), owner, key, ttl }) },
  { weight: 2, arbitrary: fc.record({ do: to('lease'), owner, offset, key, ttl }) },
  { weight: 1, arbitrary: fc.record({ do: to('lease'), owner, preferred: offset }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: to('lease-many'), owner, count: fc.integer({ min: 1, max: 40 }), key, ttl }),
  },
  { weight: 1, arbitrary: fc.record({ do: to('renew'), owner, offset, ttl }) },
  { weight: 5, arbitrary: fc.record({ do: to('release'), owner, offset }) },
  { weight: 1, arbitrary: fc.record({ do: to('release-owner'), owner }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: to('reserve'), owner: fc.option(owner, { nil: undefined }), offset }),
  },
  { weight: 1, arbitrary: fc.record({ do: to('unreserve'), offset }) },
  { weight: 2, arbitrary: fc.record({ do: to('wait'), milliseconds: fc.integer({ min: 1, max: 15 }) }) },
);

/** What an allocator answers to a step, as the plain one puts it. */
async function perform(ipam: Ipam, { id, prefix }: PoolSpec, one: Step): Promise<string> {
  const address = (at: number) => prefix.first.add(BigInt(at));
  const list = (leases: readonly Lease[]) => leases.map((lease) => prefix.offsetOf(lease.address)).join();
  try {
    switch (one.do) {
      case 'wait':
        return 'waited';
      case 'lease': {
        const { offset, preferred, ...request } = one;
        const named = { address: offset === undefined ? undefined : address(offset) };
        const wished = { preferred: preferred === undefined ? undefined : address(preferred) };
        return list([await ipam.lease(id, { ...request, ...named, ...wished })]);
      }
      case 'lease-many':
        return list(await ipam.leaseMany(id, one));
      case 'renew':
        return `${(await ipam.renew(id, address(one.offset), one)).expiresAt}`;
      case 'release':
        return `${await ipam.release(id, address(one.offset), one.owner)}`;
      case 'release-owner':
        return list(await ipam.releaseOwner(one.owner, id));
      case 'reserve':
        return `${prefix.offsetOf((await ipam.reserve(id, { address: address(one.offset), owner: one.owner })).address)}`;
      case 'unreserve':
        return `${await ipam.unreserve(id, address(one.offset))}`;
    }
  } catch (error) {
    if (isTsnetError(error)) return error.code;
    throw error;
  }
}

it('answers any history as the plainest allocator does, from either store', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(pool, fc.array(step, { maxLength: 80, size: 'max' }), async (draft, steps) => {
      const model = new PlainAllocator(draft);
      fc.pre(model.capacity > 0);
      runs += 1;
      const spec = { ...draft, id: `run/${runs}` };
      const now = () => model.book.now;
      const memory = new Ipam(new MemoryStore(), { now });
      const durable = new Ipam(sqlite, { now });
      await memory.createPool(spec);
      await durable.createPool(spec);
      for (const one of steps) {
        const expected = model.apply(one);
        expect(await perform(memory, spec, one)).toBe(expected);
        expect(await perform(durable, spec, one)).toBe(expected);
        const held = [...model.book.leases.keys()];
        expect(held.every((at) => BigInt(at) < spec.prefix.size)).toBe(true);
      }

      const { reservations } = model.book;
      const inOrder = <T>(map: ReadonlyMap<number, T>) => [...map].sort(([a], [b]) => a - b);
      for (const ipam of [memory, durable]) {
        const listed = await ipam.listLeases({ poolId: spec.id });
        expect(listed.map((lease) => [Number(spec.prefix.offsetOf(lease.address)), lease.owner])).toEqual(
          inOrder(model.standing).map(([at, lease]) => [at, lease.owner]),
        );
        const kept = await ipam.listReservations(spec.id);
        expect(kept.map((one) => [Number(spec.prefix.offsetOf(one.address)), one.owner])).toEqual(
          inOrder(reservations),
        );
        expect(await ipam.usage(spec.id)).toEqual(model.usage);
        await ipam.releasePool(spec.id);
        expect(await ipam.deletePool(spec.id)).toBe(true);
      }
      expect(await sqlite.list('')).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
