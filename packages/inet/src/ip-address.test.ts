import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as any from '../test/arbitraries.ts';
import { AddressOutOfRangeError, InvalidAddressError } from './errors.ts';
import { IpAddress } from './ip-address.ts';
import { IpPrefix, IpRange } from './ip-block.ts';
import { MacAddress } from './mac-address.ts';

const parse = IpAddress.parse;

describe('IpAddress text', () => {
  it('round-trips through parse', () => {
    fc.assert(
      fc.property(any.address, (address) => {
        expect(parse(String(address))).toEqual(address);
      }),
    );
  });

  // The URL standard serializes as RFC 5952 does, save for IPv4-mapped addresses.
  it('is the canonical form of RFC 5952', () => {
    fc.assert(
      fc.property(
        any.ipv6.filter((address) => address.value >> 32n !== 0xffffn),
        (address) => {
          const full = address.value
            .toString(16)
            .padStart(32, '0')
            .replace(/....(?!$)/g, '$&:');
          expect(`[${address}]`).toBe(new URL(`http://[${full}]`).hostname);
        },
      ),
    );
  });

  it.each([
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:ffff:0a00:0001', '::ffff:10.0.0.1'],
    ['::ffff:0:0', '::ffff:0.0.0.0'],
    ['::10.0.0.1', '::a00:1'],
  ])('writes %s as %s', (text, canonical) => {
    expect(parse(text).toString()).toBe(canonical);
  });

  it('is what JSON gets', () => {
    expect(JSON.stringify([parse('10.0.0.1'), parse('::1')])).toBe('["10.0.0.1","::1"]');
  });
});

describe('IpAddress bytes', () => {
  it('round-trip, from the middle of a buffer as well', () => {
    fc.assert(
      fc.property(any.address, fc.nat(5), (address, offset) => {
        const buffer = new Uint8Array(offset + address.bits / 8 + 3).fill(0xee);
        buffer.set(address.toBytes(), offset);
        expect(IpAddress.fromBytes(buffer.subarray(offset, offset + address.bits / 8))).toEqual(address);
      }),
    );
  });

  it('are in network order', () => {
    expect([...parse('10.1.2.3').toBytes()]).toEqual([10, 1, 2, 3]);
    expect([...parse('102:304::f').toBytes()]).toEqual([1, 2, 3, 4, ...Array(11).fill(0), 15]);
  });

  it('are a copy each time', () => {
    const address = parse('10.0.0.1');
    address.toBytes().fill(0);
    const source = Uint8Array.of(10, 0, 0, 1);
    const read = IpAddress.fromBytes(source);
    source.fill(0);
    expect([String(address), String(read)]).toEqual(['10.0.0.1', '10.0.0.1']);
  });

  it.each([
    [new Uint8Array(0)],
    [new Uint8Array(5)],
    [new Uint8Array(17)],
    [[10, 0, 0, 1]],
    ['abcd'],
    [null],
  ])('are refused when not 4 or 16: %s', (bytes) => {
    expect(() => IpAddress.fromBytes(bytes as Uint8Array)).toThrow(InvalidAddressError);
  });
});

describe('IpAddress.of', () => {
  it('refuses integers outside the family', () => {
    expect(() => IpAddress.of('ipv4', 2n ** 32n)).toThrow(
      'cannot make an address from 4294967296: ipv4 addresses run from 0 to 4294967295',
    );
    expect(() => IpAddress.of('ipv4', -1n)).toThrow(AddressOutOfRangeError);
    expect(() => IpAddress.of('ipv6', 2n ** 128n)).toThrow(AddressOutOfRangeError);
  });

  it('refuses what is not a family or not a bigint', () => {
    expect(() => IpAddress.of('ipv5' as 'ipv4', 1n)).toThrow(InvalidAddressError);
    expect(() => IpAddress.of('ipv4', 1 as unknown as bigint)).toThrow('it is not a bigint');
  });
});

describe('IpAddress arithmetic and order', () => {
  it('adds what compare then sees', () => {
    fc.assert(
      fc.property(any.address, fc.bigInt(-(2n ** 20n), 2n ** 20n), (address, n) => {
        const sum = address.value + n;
        if (sum < 0n || sum >= 1n << BigInt(address.bits)) {
          expect(() => address.add(n)).toThrow(AddressOutOfRangeError);
          return;
        }
        const moved = address.add(n);
        expect(moved.value).toBe(sum);
        expect(Math.sign(moved.compare(address))).toBe(n === 0n ? 0 : n < 0n ? -1 : 1);
        expect(moved.equals(address)).toBe(n === 0n);
        expect(moved.add(-n)).toEqual(address);
      }),
    );
  });

  it('stops at both ends', () => {
    expect(() => parse('255.255.255.255').add(1n)).toThrow(
      'cannot add 1 to 255.255.255.255: the sum lies after the last ipv4 address',
    );
    expect(() => parse('::').add(-1n)).toThrow('the sum lies before the first ipv6 address');
    expect(() => parse('::').add(1 as unknown as bigint)).toThrow(InvalidAddressError);
  });

  it('orders IPv4 before IPv6, each by value', () => {
    const sorted = ['9.0.0.0', '10.0.0.0', '::', '::9', '1::'].map(parse);
    expect(sorted.toReversed().sort((one, two) => one.compare(two))).toEqual(sorted);
  });

  it('tells apart equal integers of different families', () => {
    expect(parse('0.0.0.1').equals(parse('::1'))).toBe(false);
    expect(parse('0.0.0.1').equals(parse('0.0.0.1'))).toBe(true);
  });
});

describe('IpAddress classes', () => {
  const classes = ['isUnspecified', 'isLoopback', 'isLinkLocal', 'isMulticast', 'isPrivate'] as const;

  it.each([
    ['isUnspecified', '0.0.0.0', '::'],
    ['isLoopback', '127.0.0.0', '127.255.255.255', '::1'],
    ['isLinkLocal', '169.254.0.0', '169.254.255.255', 'fe80::', 'febf::1'],
    ['isMulticast', '224.0.0.0', '239.255.255.255', 'ff00::', 'ff02::1'],
    ['isPrivate', '10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0'],
    ['isPrivate', '192.168.255.255', 'fc00::', 'fdff::1'],
    [
      'none',
      '126.255.255.255',
      '128.0.0.0',
      '169.253.255.255',
      '169.255.0.0',
      '223.255.255.255',
      '240.0.0.0',
    ],
    ['none', '9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0'],
    ['none', '::2', 'fe7f::', 'fec0::', 'feff::', 'fbff::', 'fe00::', '::ffff:127.0.0.1', '::ffff:10.0.0.1'],
  ])('put exactly the right ones in %s', (name, ...texts) => {
    for (const address of texts.map(parse)) {
      const held = classes.filter((candidate) => address[candidate]);
      expect(held, String(address)).toEqual(name === 'none' ? [] : [name]);
    }
  });
});

describe('Immutability', () => {
  it('holds at run time, also before and after the text is cached', () => {
    const address = parse('10.0.0.1');
    const values = [
      address,
      IpPrefix.of(address, 24),
      IpRange.of(address, address),
      MacAddress.derive(address),
    ];
    for (const value of values) {
      expect(Object.isFrozen(value)).toBe(true);
      expect(value.toString()).toBe(value.toString());
    }
    expect(() => Object.assign(address, { value: 1n })).toThrow(TypeError);
    expect(address.toString()).toBe('10.0.0.1');
  });
});
