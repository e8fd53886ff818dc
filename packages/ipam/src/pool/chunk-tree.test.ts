import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { transact } from '../store/transact.ts';
import { ChunkTree } from './chunk-tree.ts';

function inTree<T>(store: Store, hostBits: number, body: (tree: ChunkTree) => Promise<T>): Promise<T> {
  return transact(store, (tx) => body(new ChunkTree(tx, 'p', hostBits)));
}

describe('ChunkTree', () => {
  it('answers as a plain set does, and leaves nothing once all is clear', async () => {
    // Dense runs fill whole chunks, so that upper levels come to be used.
    const run = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }));
    const probe = fc.tuple(fc.integer({ min: 0, max: 4095 }), fc.integer({ min: 0, max: 4095 }));
    await fc.assert(
      fc.asyncProperty(fc.array(run, { maxLength: 8 }), fc.array(probe), async (runs, probes) => {
        const store = new MemoryStore();
        const model = new Set<number>();
        await inTree(store, 12, async (tree) => {
          for (const [isSet, chunk, quarter] of runs) {
            const from = Math.min(chunk, 3) * 1024 + (quarter === 4 ? 0 : quarter * 256);
            const end = quarter === 4 ? from + 1024 : from + 256;
            for (let offset = from; offset < end; offset += 1) {
              if (isSet === model.has(offset)) continue;
              await (isSet ? tree.set(BigInt(offset)) : tree.clear(BigInt(offset)));
              if (isSet) model.add(offset);
              else model.delete(offset);
            }
          }
        });
        await inTree(store, 12, async (tree) => {
          for (const ends of probes) {
            const [from = 0, to = 0] = ends.toSorted((a, b) => a - b);
            let expected: bigint | undefined;
            for (let offset = to; offset >= from; offset -= 1)
              if (!model.has(offset)) expected = BigInt(offset);
            expect(await tree.findClear(BigInt(from), BigInt(to))).toBe(expected);
            expect(await tree.has(BigInt(from))).toBe(model.has(from));
          }
          for (const offset of model) await tree.clear(BigInt(offset));
        });
        expect(await store.list('')).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it.each([0, 1, 2, 9, 10, 11, 20, 21, 32, 64, 96, 128])(
    'reaches both ends of %i host bits',
    async (bits) => {
      const store = new MemoryStore();
      const last = (1n << BigInt(bits)) - 1n;
      await inTree(store, bits, async (tree) => {
        await tree.set(last);
        expect(await tree.has(last)).toBe(true);
        expect(await tree.findClear(last, last)).toBeUndefined();
        if (bits === 0) return;
        expect(await tree.findClear(0n, last)).toBe(0n);
        await tree.set(0n);
        expect(await tree.findClear(0n, last)).toBe(bits === 1 ? undefined : 1n);
      });
      await inTree(store, bits, async (tree) => {
        await tree.clear(last);
        if (bits > 0) await tree.clear(0n);
      });
      expect(await store.list('')).toEqual([]);
    },
  );

  it('reads a bounded number of chunks to find the last free one of 2^22', async () => {
    const store = new MemoryStore();
    await inTree(store, 22, async (tree) => {
      // All of the first 2^20 but one, which fills level 1 and leaves a hole far from where we search.
      for (let offset = 0n; offset < 1n << 20n; offset += 1n) if (offset !== 777_777n) await tree.set(offset);
    });
    let reads = 0;
    const counted: Pick<Store, 'get'> = {
      get: (keys) => {
        reads += keys.length;
        return store.get(keys);
      },
    };
    const view = new Proxy(store, {
      get: (target, name) => (name === 'get' ? counted.get : Reflect.get(target, name).bind(target)),
    });
    const found = await inTree(view, 22, (tree) => tree.findClear(1n, (1n << 22n) - 1n));
    expect(found).toBe(777_777n);
    expect(reads).toBeLessThanOrEqual(6);
  });
});
