import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as any from '../test/arbitraries.ts';
import { InvalidAddressError, InvalidPrefixError, InvalidRangeError } from './errors.ts';
import { IpAddress } from './ip-address.ts';
import { IpPrefix, IpRange } from './ip-block.ts';

const parse = IpRange.parse;

describe('IpRange.parse', () => {
  it('round-trips through text', () => {
    fc.assert(
      fc.property(any.range, (range) => {
        expect(parse(String(range))).toEqual(range);
      }),
    );
    expect(JSON.stringify(parse('10.0.0.1-10.0.0.9'))).toBe('"10.0.0.1-10.0.0.9"');
  });

  it.each([
    ['10.0.0.1-10.0.0.9', '10.0.0.1', '10.0.0.9', 9n],
    ['10.0.0.1', '10.0.0.1', '10.0.0.1', 1n],
    ['10.0.0.0/24', '10.0.0.0', '10.0.0.255', 256n],
    ['fd00::-fd00::ffff', 'fd00::', 'fd00::ffff', 65536n],
    ['::/0', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 2n ** 128n],
  ])('reads %s', (text, first, last, size) => {
    const range = parse(text);
    expect([range.first, range.last].map(String)).toEqual([first, last]);
    expect(range.size).toBe(size);
    expect(range.family).toBe(range.first.family);
  });

  it.each([
    ['', 'it is empty'],
    ['10.0.0.1-', 'it is empty'],
    ['10.0.0.1-10.0.0.300', 'octet 300 is above 255'],
    ['10.0.0.1 - 10.0.0.9', '" " is not a decimal digit or a dot'],
    ['10.0.0.1-10.0.0.2-10.0.0.3', '"-" is not a decimal digit or a dot'],
    ['10.0.0.0/33', 'prefix length 33 is above 32'],
    ['10.0.0.5/24', 'it has host bits; the network is 10.0.0.0/24'],
    ['10.0.0.9-10.0.0.1', 'the last address comes before the first'],
    ['10.0.0.1-::1', 'its ends are of different families'],
  ])('refuses %j and says why', (text, reason) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'INET_RANGE_INVALID',
        kind: 'invalid',
        operation: 'parse range',
        reason,
      }),
    );
  });

  it('names the whole text and keeps the inner fault as the cause', () => {
    expect(() => parse('10.0.0.1-10.0.0.300')).toThrow(
      expect.objectContaining({
        message: 'cannot parse range "10.0.0.1-10.0.0.300": octet 300 is above 255',
        cause: expect.any(InvalidAddressError),
      }),
    );
    expect(() => parse('10.0.0.0/33')).toThrow(
      expect.objectContaining({ cause: expect.any(InvalidPrefixError) }),
    );
  });

  it.each([undefined, null, 1, {}, ['10.0.0.1']])('refuses the non-text %s', (given) => {
    expect(() => parse(given as string)).toThrow(InvalidRangeError);
  });

  it('refuses huge text in a short message', () => {
    for (const unit of ['1', '-', '/', ':', '\0'])
      expect(() => parse(unit.repeat(1e6))).toThrow(/^.{1,600}$/);
  });
});

describe('IpRange.of', () => {
  it('refuses ends in the wrong order or of two families', () => {
    const [one, nine, six] = ['10.0.0.1', '10.0.0.9', '::a00:9'].map(IpAddress.parse) as [
      IpAddress,
      IpAddress,
      IpAddress,
    ];
    expect(() => IpRange.of(nine, one)).toThrow(
      'cannot make range "10.0.0.9-10.0.0.1": the last address comes before the first',
    );
    expect(() => IpRange.of(one, six)).toThrow(InvalidRangeError);
  });
});

describe('IpRange.contains and overlaps', () => {
  const near = any.range.chain((range) =>
    fc.tuple(fc.constant(range), fc.bigInt(-3n, 3n), fc.bigInt(0n, 6n), fc.boolean()),
  );

  it('agree with node:net on addresses near both ends', () => {
    fc.assert(
      fc.property(near, ([range, step, , atEnd]) => {
        const address = shifted(atEnd ? range.last : range.first, step);
        const list = new BlockList();
        list.addRange(String(range.first), String(range.last), range.family);
        expect(range.contains(address)).toBe(list.check(String(address), address.family));
      }),
    );
  });

  it('agree with a count of the addresses that two small ranges share', () => {
    const small = fc.tuple(fc.nat(20), fc.nat(20)).map(([start, length]) => ({ start, end: start + length }));
    fc.assert(
      fc.property(small, small, (one, two) => {
        const shared = Math.min(one.end, two.end) - Math.max(one.start, two.start) + 1;
        const [a, b] = [rangeOf(one.start, one.end), rangeOf(two.start, two.end)];
        expect(a.overlaps(b)).toBe(shared > 0);
        expect(a.contains(b)).toBe(shared === two.end - two.start + 1);
        expect(a.equals(b)).toBe(one.start === two.start && one.end === two.end);
      }),
    );
  });

  it('never cross families', () => {
    const [four, six] = [parse('0.0.0.0/0'), parse('::/0')];
    expect([four.overlaps(six), six.contains(four), six.contains(four.first), four.equals(six)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('IpRange.toPrefixes', () => {
  it('covers the range exactly, in order, without gaps', () => {
    fc.assert(
      fc.property(any.range, (range) => {
        let next = range.first.value;
        for (const prefix of range.toPrefixes()) {
          expect(prefix.isNetwork).toBe(true);
          expect(prefix.first.value).toBe(next);
          next = prefix.last.value + 1n;
        }
        expect(next).toBe(range.last.value + 1n);
      }),
    );
  });

  it('uses as few networks as there are', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), (one, two) => {
        const [start, end] = [Math.min(one, two), Math.max(one, two)];
        expect(rangeOf(start, end).toPrefixes()).toHaveLength(fewestBlocks(start, end));
      }),
    );
  });

  it('gives a network back as itself', () => {
    fc.assert(
      fc.property(any.prefix, (prefix) => {
        expect(prefix.range.toPrefixes()).toEqual([prefix.network]);
      }),
    );
  });

  it('ends at the last address of the family', () => {
    expect(parse('255.255.255.253-255.255.255.255').toPrefixes()).toEqual(
      ['255.255.255.253/32', '255.255.255.254/31'].map(IpPrefix.parse),
    );
  });
});

function rangeOf(start: number, end: number): IpRange {
  return IpRange.of(IpAddress.of('ipv4', BigInt(start)), IpAddress.of('ipv4', BigInt(end)));
}

function shifted(address: IpAddress, step: bigint): IpAddress {
  return IpAddress.of(address.family, BigInt.asUintN(address.bits, address.value + step));
}

/** The fewest aligned blocks that tile start..end, by trying every block in every place. */
function fewestBlocks(start: number, end: number): number {
  const fewestFrom = new Map([[end + 1, 0]]);
  for (let at = end; at >= start; at--) {
    const counts: number[] = [];
    for (let size = 1; at % size === 0 && at + size - 1 <= end; size *= 2) {
      counts.push(1 + (fewestFrom.get(at + size) ?? Number.POSITIVE_INFINITY));
    }
    fewestFrom.set(at, Math.min(...counts));
  }
  return fewestFrom.get(start) ?? Number.POSITIVE_INFINITY;
}
