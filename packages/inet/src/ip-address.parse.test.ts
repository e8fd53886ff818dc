import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as any from '../test/arbitraries.ts';
import { InvalidAddressError } from './errors.ts';
import { IpAddress } from './ip-address.ts';

const parse = IpAddress.parse;

describe('IpAddress.parse', () => {
  it.each([
    ['0.0.0.0', 'ipv4', 0n],
    ['10.0.0.1', 'ipv4', 0x0a00_0001n],
    ['255.255.255.255', 'ipv4', 0xffff_ffffn],
    ['::', 'ipv6', 0n],
    ['::1', 'ipv6', 1n],
    ['1::', 'ipv6', 1n << 112n],
    ['1:2:3:4:5:6:7:8', 'ipv6', 0x0001_0002_0003_0004_0005_0006_0007_0008n],
    ['1::3:4:5:6:7:8', 'ipv6', 0x0001_0000_0003_0004_0005_0006_0007_0008n],
    ['FD00::00aB', 'ipv6', (0xfd00n << 112n) | 0xabn],
    ['::ffff:10.0.0.1', 'ipv6', 0xffff_0a00_0001n],
    ['64:ff9b::192.0.2.33', 'ipv6', (0x0064_ff9bn << 96n) | 0xc000_0221n],
    ['1:2:3:4:5:6:7.8.9.10', 'ipv6', 0x0001_0002_0003_0004_0005_0006_0708_090an],
  ] as const)('reads %s', (text, family, value) => {
    expect(parse(text)).toMatchObject({ family, value });
  });

  it('accepts exactly the IPv4 text that node:net accepts', () => {
    const octet = fc.oneof(
      fc.nat(300).map(String),
      fc.constantFrom('', '00', '01', ' 1', '+1', '1e1', '0x1'),
    );
    const dotted = fc.array(octet, { minLength: 3, maxLength: 5 }).map((octets) => octets.join('.'));
    fc.assert(
      fc.property(dotted, (text) => {
        expect(accepts(text), text).toBe(isIPv4(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('accepts exactly the IPv6 text that node:net accepts', () => {
    const piece = fc.constantFrom(
      '0',
      '1',
      'ab',
      'FFFF',
      '0000',
      '12345',
      'g',
      '',
      '1.2.3.4',
      '1.2.3',
      '1.2.3.256',
    );
    const joint = fc.constantFrom(':', ':', ':', ':', '::', '.');
    const text = fc
      .array(fc.tuple(piece, joint), { minLength: 1, maxLength: 10 })
      .chain((parts) => fc.constantFrom(parts.flat().join(''), parts.flat().slice(0, -1).join('')))
      .filter((candidate) => candidate.includes(':'));
    fc.assert(
      fc.property(text, (candidate) => {
        expect(accepts(candidate), candidate).toBe(isIPv6(candidate));
      }),
      {
        numRuns: 5000,
      },
    );
  });

  it('agrees with node:net on every address with one character changed', () => {
    const noise = fc.constantFrom(...'0123456789abcfxg:. -[]');
    fc.assert(
      fc.property(any.address, fc.nat(40), noise, (address, at, character) => {
        const text = String(address);
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        expect(accepts(changed), changed).toBe(isIPv4(changed) || isIPv6(changed));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['', 'it is empty'],
    ['10.0.0.300', 'octet 300 is above 255'],
    ['10.0.0.99999', 'octet 99999 is above 255'],
    ['010.0.0.1', 'octet 010 has a leading zero'],
    ['10.0.0', 'it has 3 of 4 octets'],
    ['10.0.0.', 'octet 4 is empty'],
    ['10..0.1', 'octet 2 is empty'],
    ['1.2.3.4.5', 'it has more than 4 octets'],
    ['localhost', '"l" is not a decimal digit or a dot'],
    ['10.0.0.1 ', '" " is not a decimal digit or a dot'],
    ['10.0.0.1/24', 'prefix length "/24" is not part of an address'],
    ['10.0.0.1%eth0', 'zone id "%eth0" is not part of an address'],
    ['fe80::1%eth0', 'zone id "%eth0" is not part of an address'],
    ['fd00::/64', 'prefix length "/64" is not part of an address'],
    ['1:2', 'it has 2 of 8 groups'],
    ['1:2:3:4:5:6:7:8:9', 'it has more than 8 groups'],
    ['1:2:3:4:5:6:7:1.2.3.4', 'it has more than 8 groups'],
    ['1:2:3:4:5:6:7:8::', 'it has 8 groups beside "::"'],
    ['::1::', 'it has more than one "::"'],
    [':1', 'it starts with a single colon'],
    ['1::2:', 'it ends with a single colon'],
    ['1:::2', '":" is not a hex digit'],
    ['12345::', 'group 1 has more than 4 digits'],
    ['::g', '"g" is not a hex digit'],
    ['::1g', '"g" is not a hex digit or a colon'],
    ['::1.2.3', 'it has 3 of 4 octets'],
    ['::1.2.3.256', 'octet 256 is above 255'],
    ['[::1]', '"[" is not a hex digit'],
    ['10.0.0.1\0', '"\\u0000" is not a decimal digit or a dot'],
    ['\u0661.2.3.4', '"\\u0661" is not a decimal digit or a dot'],
    ['::\uff11', '"\\uff11" is not a hex digit'],
    ['::\u{1f600}', '"\\ud83d\\ude00" is not a hex digit'],
  ])('refuses %j and says why', (text, reason) => {
    expect(failure(() => parse(text))).toMatchObject({
      code: 'INET_ADDRESS_INVALID',
      kind: 'invalid',
      operation: 'parse address',
      reason,
      hint: 'Write an IPv4 address as 10.0.0.1 or an IPv6 address as fd00::1.',
    });
  });

  it('names the text in the message', () => {
    expect(() => parse('10.0.0.300')).toThrow('cannot parse address "10.0.0.300": octet 300 is above 255');
  });

  it.each([undefined, null, 7, 7n, {}, [], ['10.0.0.1'], Symbol('s')])('refuses the non-text %s', (given) => {
    expect(() => parse(given as string)).toThrow(InvalidAddressError);
  });

  it.each(['1', 'f', ':', '.', '1.', '1:', '%', '::%', '\u0000', '\u{1f600}'])(
    'refuses a million of %j in a short message',
    (unit) => {
      const error = failure(() => parse(unit.repeat(1_000_000)));
      expect(error).toBeInstanceOf(InvalidAddressError);
      expect(String(error).length).toBeLessThan(1000);
    },
  );

  it('throws nothing but its own error, in printable ASCII, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (accepts(text)) return;
        expect(String(failure(() => parse(text)))).toMatch(/^[ -~]+$/);
      }),
    );
  });
});

function accepts(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (error instanceof InvalidAddressError) return false;
    throw error;
  }
}

function failure(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
