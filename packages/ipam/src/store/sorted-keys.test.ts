import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SortedKeys } from './sorted-keys.ts';

it('holds each key once, in order, through any additions and deletions', () => {
  const key = fc.integer({ min: 0, max: 3000 }).map((n) => n.toString(36));
  const change = fc.tuple(fc.boolean(), key);
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4000, size: 'max' }), key, key, (changes, from, end) => {
      const keys = new SortedKeys();
      const model = new Set<string>();
      for (const [isAdd, one] of changes) {
        if (isAdd) keys.add(one);
        else keys.delete(one);
        if (isAdd) model.add(one);
        else model.delete(one);
      }
      const sorted = [...model].sort();
      expect([...keys.between('', '\x7f')]).toEqual(sorted);
      expect([...keys.between(from, end)]).toEqual(sorted.filter((one) => one >= from && one < end));
    }),
    { numRuns: 30 },
  );
});

it('empties block by block', () => {
  const keys = new SortedKeys();
  const all = Array.from({ length: 2000 }, (_, index) => String(index).padStart(4, '0'));
  for (const key of all) keys.add(key);
  for (const key of all.slice(100)) keys.delete(key);
  expect([...keys.between('', '\x7f')]).toEqual(all.slice(0, 100));
});
