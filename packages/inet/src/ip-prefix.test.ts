import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as any from '../test/arbitraries.ts';
import { AddressOutOfRangeError, InvalidAddressError, InvalidPrefixError } from './errors.ts';
import { IpAddress } from './ip-address.ts';
import { IpPrefix } from './ip-block.ts';

const parse = IpPrefix.parse;

describe('IpPrefix.parse', () => {
  it('round-trips through text and keeps host bits', () => {
    fc.assert(
      fc.property(any.prefix, (prefix) => {
        expect(parse(String(prefix))).toEqual(prefix);
      }),
    );
    expect(JSON.stringify(parse('10.0.0.1/24'))).toBe('"10.0.0.1/24"');
  });

  it.each([
    ['10.0.0.1', 'the prefix length is missing'],
    ['10.0.0.1/', 'prefix length "" is not a plain decimal number'],
    ['10.0.0.1/024', 'prefix length "024" is not a plain decimal number'],
    ['10.0.0.1/+8', 'prefix length "+8" is not a plain decimal number'],
    ['10.0.0.1/8.0', 'prefix length "8.0" is not a plain decimal number'],
    ['10.0.0.1/8/8', 'prefix length "8/8" is not a plain decimal number'],
    ['10.0.0.1/255.0.0.0', 'prefix length "255.0.0.0" is not a plain decimal number'],
    ['10.0.0.1/8\n', 'prefix length "8\\n" is not a plain decimal number'],
    ['10.0.0.1/\u0668', 'prefix length "\\u0668" is not a plain decimal number'],
    ['10.0.0.1/33', 'prefix length 33 is above 32'],
    ['::/129', 'prefix length 129 is above 128'],
    ['10.0.0.256/24', 'octet 256 is above 255'],
    ['/24', 'it is empty'],
  ])('refuses %j and says why', (text, reason) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'INET_PREFIX_INVALID',
        kind: 'invalid',
        operation: 'parse prefix',
        reason,
      }),
    );
  });

  it('names the whole text and keeps the fault of the address as the cause', () => {
    expect(() => parse('10.0.0.256/24')).toThrow(
      expect.objectContaining({
        message: 'cannot parse prefix "10.0.0.256/24": octet 256 is above 255',
        cause: expect.any(InvalidAddressError),
      }),
    );
  });

  it.each([undefined, null, 24, {}, ['10.0.0.0/8']])('refuses the non-text %s', (given) => {
    expect(() => parse(given as string)).toThrow(InvalidPrefixError);
  });

  it('refuses huge text in a short message', () => {
    for (const text of ['/'.repeat(1e6), `10.0.0.1/${'1'.repeat(1e6)}`, '1'.repeat(1e6)]) {
      expect(() => parse(text)).toThrow(/^.{1,600}$/);
    }
  });
});

describe('IpPrefix.of', () => {
  it.each([-1, 33, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '8', 8n, undefined])(
    'refuses length %s',
    (length) => {
      expect(() => IpPrefix.of(IpAddress.parse('10.0.0.1'), length as number)).toThrow(InvalidPrefixError);
    },
  );

  it('says which lengths there are', () => {
    expect(() => IpPrefix.of(IpAddress.parse('10.0.0.1'), 64)).toThrow(
      'cannot make prefix "10.0.0.1/64": prefix length 64 is not an integer from 0 to 32',
    );
  });

  it('takes minus zero for zero', () => {
    expect(IpPrefix.of(IpAddress.parse('::'), -0)).toEqual(parse('::/0'));
  });
});

describe('IpPrefix as a network', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8', '10.0.0.0', '10.255.255.255', 2n ** 24n],
    ['10.1.2.3/32', '10.1.2.3/32', '10.1.2.3', '10.1.2.3', 1n],
    ['1.2.3.4/0', '0.0.0.0/0', '0.0.0.0', '255.255.255.255', 2n ** 32n],
    ['fd00::1/127', 'fd00::/127', 'fd00::', 'fd00::1', 2n],
    ['fd00::1/0', '::/0', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 2n ** 128n],
  ])('%s is %s', (text, network, first, last, size) => {
    const prefix = parse(text);
    expect([prefix.network, prefix.first, prefix.last].map(String)).toEqual([network, first, last]);
    expect(prefix.size).toBe(size);
    expect(prefix.family).toBe(prefix.address.family);
    expect(String(prefix.range)).toBe(first === last ? first : `${first}-${last}`);
  });

  it('is itself exactly when it has no host bits', () => {
    fc.assert(
      fc.property(any.prefix, (prefix) => {
        expect(prefix.network.isNetwork).toBe(true);
        expect(prefix.network.network).toEqual(prefix.network);
        expect(prefix.isNetwork).toBe(prefix.equals(prefix.network));
      }),
    );
  });
});

describe('IpPrefix.contains and overlaps', () => {
  it('agree with node:net on addresses near both ends', () => {
    fc.assert(
      fc.property(any.prefix, fc.bigInt(-2n, 2n), fc.boolean(), (prefix, step, atEnd) => {
        const value = (atEnd ? prefix.last : prefix.first).value + step;
        if (value < 0n || value >= 1n << BigInt(prefix.address.bits)) return;
        const address = IpAddress.of(prefix.family, value);
        expect(prefix.contains(address)).toBe(inBlock(prefix, address));
      }),
    );
  });

  it('see a prefix as the range of its addresses', () => {
    const related = any.prefix.chain((one) =>
      fc.tuple(fc.constant(one), fc.integer({ min: 0, max: one.address.bits }), fc.bigInt(-300n, 300n)),
    );
    fc.assert(
      fc.property(related, ([one, length, step]) => {
        const value = BigInt.asUintN(one.address.bits, one.address.value + step);
        const two = IpPrefix.of(IpAddress.of(one.family, value), length);
        expect(one.contains(two)).toBe(one.range.contains(two.range));
        expect(one.overlaps(two)).toBe(one.range.overlaps(two.range));
        expect(two.overlaps(one)).toBe(one.overlaps(two));
      }),
    );
  });

  it('never cross families', () => {
    expect(parse('0.0.0.0/0').contains(IpAddress.parse('::1'))).toBe(false);
    expect(parse('::/0').contains(parse('10.0.0.0/8'))).toBe(false);
    expect(parse('::/0').overlaps(parse('0.0.0.0/0'))).toBe(false);
  });
});

describe('IpPrefix.at and offsetOf', () => {
  it('are inverse, counted from the network whatever the host bits', () => {
    fc.assert(
      fc.property(any.prefix, fc.bigInt(0n, 2n ** 128n), (prefix, seed) => {
        const offset = seed % prefix.size;
        const address = prefix.at(offset);
        expect(prefix.contains(address)).toBe(true);
        expect(prefix.offsetOf(address)).toBe(offset);
        expect(address.value - prefix.first.value).toBe(offset);
      }),
    );
  });

  it('refuse what lies outside', () => {
    const prefix = parse('10.0.0.9/30');
    expect(() => prefix.at(4n)).toThrow('cannot take address 4 of 10.0.0.8/30: offsets run from 0 to 3');
    expect(() => prefix.at(-1n)).toThrow(AddressOutOfRangeError);
    expect(() => prefix.at(1 as unknown as bigint)).toThrow(AddressOutOfRangeError);
    expect(() => prefix.offsetOf(IpAddress.parse('10.0.0.12'))).toThrow(
      'cannot find the offset of 10.0.0.12 in 10.0.0.8/30: the address lies outside',
    );
    expect(() => prefix.offsetOf(IpAddress.parse('::9'))).toThrow(AddressOutOfRangeError);
  });
});

describe('IpPrefix order', () => {
  it('goes by address, then by shorter length', () => {
    const sorted = ['10.0.0.0/8', '10.0.0.0/16', '10.0.0.1/8', '::/0', '::/64'].map(parse);
    expect(sorted.toReversed().sort((one, two) => one.compare(two))).toEqual(sorted);
  });

  it('is zero exactly for equals', () => {
    fc.assert(
      fc.property(any.prefix, any.prefix, (one, two) => {
        expect(one.compare(two) === 0).toBe(one.equals(two));
        expect(one.equals(parse(String(one)))).toBe(true);
      }),
    );
    expect(parse('10.0.0.1/24').equals(parse('10.0.0.0/24'))).toBe(false);
  });
});

function inBlock(prefix: IpPrefix, address: IpAddress): boolean {
  const list = new BlockList();
  list.addRange(String(prefix.first), String(prefix.last), prefix.family);
  return list.check(String(address), address.family);
}
