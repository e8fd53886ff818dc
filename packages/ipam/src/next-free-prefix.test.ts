import { IpPrefix } from '@tsnet/inet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidPoolError, PrefixesExhaustedError } from './errors.ts';
import { nextFreePrefix } from './next-free-prefix.ts';

const parse = (text: string) => IpPrefix.parse(text);

function next(supernets: readonly (readonly [string, number])[], taken: readonly string[]): string {
  const parsed = supernets.map(([prefix, length]) => ({ prefix: parse(prefix), length }));
  return `${nextFreePrefix(parsed, taken.map(parse))}`;
}

describe('nextFreePrefix', () => {
  it('takes the first piece that meets nothing', () => {
    expect(next([['10.0.0.0/16', 24]], [])).toBe('10.0.0.0/24');
    expect(next([['10.0.0.0/16', 24]], ['10.0.0.0/24', '10.0.2.0/24'])).toBe('10.0.1.0/24');
    expect(next([['10.0.0.0/16', 24]], ['10.0.0.200/32'])).toBe('10.0.1.0/24');
    expect(next([['10.0.0.0/16', 24]], ['10.0.0.0/17', '10.0.64.0/20'])).toBe('10.0.128.0/24');
    expect(next([['fd00::/48', 64]], ['fd00::/64', '10.0.0.0/8'])).toBe('fd00:0:0:1::/64');
  });

  it('goes on to the next supernet when one is full', () => {
    expect(
      next(
        [
          ['10.0.0.0/24', 24],
          ['10.9.0.0/16', 20],
        ],
        ['10.0.0.0/8', '192.168.0.0/16'].slice(1),
      ),
    ).toBe('10.0.0.0/24');
    expect(
      next(
        [
          ['10.0.0.0/24', 24],
          ['172.16.0.0/12', 20],
        ],
        ['10.0.0.0/8'],
      ),
    ).toBe('172.16.0.0/20');
  });

  it('says which supernets are full and what is in the way', () => {
    const attempt = () => next([['10.0.0.0/23', 24]], ['10.0.0.0/24', '10.0.1.0/25', '192.168.0.0/24']);
    expect(attempt).toThrow(PrefixesExhaustedError);
    expect(attempt).toThrow(
      'cannot find a free prefix in 10.0.0.0/23 by /24: no room is left beside 10.0.0.0/24, 10.0.1.0/25',
    );
  });

  it('refuses pieces that do not fit', () => {
    expect(() => next([['10.0.0.0/24', 16]], [])).toThrow(InvalidPoolError);
    expect(() => next([['10.0.0.0/24', 33]], [])).toThrow(InvalidPoolError);
  });

  it('finds what trying every piece finds', () => {
    const base = parse('10.0.0.0/16');
    const taken = fc
      .tuple(fc.integer({ min: 14, max: 24 }), fc.integer({ min: 0, max: 0x1ffff }))
      .map(([length, offset]) => IpPrefix.of(parse('10.0.0.0/15').at(BigInt(offset)), length).network);
    fc.assert(
      fc.property(fc.array(taken, { maxLength: 40 }), fc.integer({ min: 16, max: 22 }), (list, length) => {
        const size = 1n << BigInt(32 - length);
        let expected: string | undefined;
        for (let offset = 0n; offset < base.size; offset += size) {
          const piece = IpPrefix.of(base.at(offset), length);
          if (list.some((one) => one.overlaps(piece))) continue;
          expected = `${piece}`;
          break;
        }
        const attempt = () => `${nextFreePrefix([{ prefix: base, length }], list)}`;
        if (expected === undefined) expect(attempt).toThrow(PrefixesExhaustedError);
        else expect(attempt()).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
