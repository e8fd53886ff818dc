import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearBit, firstClear, hasBit, isEmpty, isFull, listClear, setBit } from './bitmap.ts';

const bytes = fc
  .array(fc.constantFrom(0x00, 0xff, 0x7f, 0xfe, 0xa5), { minLength: 1, maxLength: 40 })
  .map((list) => Uint8Array.from(list));

describe('firstClear', () => {
  it('finds what a walk bit by bit finds', () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.nat(), (chunk, a, b) => {
        const size = chunk.length * 8;
        const [from = 0, to = 0] = [a % size, b % size].sort((x, y) => x - y);
        let expected: number | undefined;
        for (let index = to; index >= from; index -= 1) if (!hasBit(chunk, index)) expected = index;
        expect(firstClear(chunk, from, to)).toBe(expected);
      }),
    );
  });
});

describe('listClear', () => {
  it('finds as many as asked for, the lowest first', () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 400 }), (chunk, a, b, most) => {
        const size = chunk.length * 8;
        const [from = 0, to = 0] = [a % size, b % size].sort((x, y) => x - y);
        const clear = Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(
          (index) => !hasBit(chunk, index),
        );
        expect(listClear(chunk, from, to, most)).toEqual(clear.slice(0, most));
      }),
    );
  });
});

describe('setBit and clearBit', () => {
  it('change one bit', () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.boolean(), (chunk, at, set) => {
        const index = at % (chunk.length * 8);
        const changed = Uint8Array.from(chunk);
        if (set) setBit(changed, index);
        else clearBit(changed, index);
        for (let bit = 0; bit < chunk.length * 8; bit += 1) {
          expect(hasBit(changed, bit)).toBe(bit === index ? set : hasBit(chunk, bit));
        }
      }),
    );
  });
});

it('tells full and empty chunks, also those shorter than a byte', () => {
  expect(isFull(Uint8Array.of(0xff, 0xff), 16)).toBe(true);
  expect(isFull(Uint8Array.of(0xff, 0x7f), 16)).toBe(false);
  expect(isFull(Uint8Array.of(0b11), 2)).toBe(true);
  expect(isFull(Uint8Array.of(0b01), 2)).toBe(false);
  expect(isEmpty(Uint8Array.of(0, 0))).toBe(true);
  expect(isEmpty(Uint8Array.of(0, 1))).toBe(false);
});
