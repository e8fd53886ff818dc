import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as any from '../test/arbitraries.ts';
import { InvalidMacAddressError } from './errors.ts';
import { IpAddress } from './ip-address.ts';
import { IpPrefix } from './ip-block.ts';
import { MacAddress } from './mac-address.ts';

const parse = MacAddress.parse;
const sixBytes = fc.uint8Array({ minLength: 6, maxLength: 6 });

describe('MacAddress text and bytes', () => {
  it('round-trip', () => {
    fc.assert(
      fc.property(sixBytes, (bytes) => {
        const mac = MacAddress.fromBytes(bytes);
        expect(mac.toBytes()).toEqual(bytes);
        expect(parse(String(mac))).toEqual(mac);
        expect(String(mac)).toBe(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':'));
      }),
    );
  });

  it('read colons or hyphens and either case, and write lower case with colons', () => {
    for (const text of ['02:42:AC:11:00:02', '02-42-ac-11-00-02']) {
      expect(String(parse(text))).toBe('02:42:ac:11:00:02');
    }
    expect(JSON.stringify(parse('00-00-00-00-00-01'))).toBe('"00:00:00:00:00:01"');
  });

  it('read bytes from the middle of a buffer', () => {
    expect(String(MacAddress.fromBytes(Uint8Array.of(9, 9, 1, 2, 3, 4, 5, 6, 9).subarray(2, 8)))).toBe(
      '01:02:03:04:05:06',
    );
  });

  it.each([
    ['', 'it is empty'],
    ['0242ac110002', 'it has no ":" or "-" between its octets'],
    ['02:42:ac:11:00', 'it has 5 of 6 octets'],
    ['02:42:ac:11:00:02:03', 'it has more than 6 octets'],
    ['02:42:ac:11:00:2', 'octet 6, "2", is not two hex digits'],
    ['02:42:ag:11:00:02', 'octet 3, "ag", is not two hex digits'],
    ['02:42-ac:11:00:02', 'octet 2, "42-ac", is not two hex digits'],
    ['02:42:ac:11:00:02\n', 'octet 6, "02\\n", is not two hex digits'],
    ['02:42:ac:11:00:\uff10\uff12', 'octet 6, "\\uff10\\uff12", is not two hex digits'],
  ])('refuse %j and say why', (text, reason) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'INET_MAC_INVALID',
        kind: 'invalid',
        operation: 'parse MAC address',
        reason,
      }),
    );
  });

  it('refuse what is not text, not bytes or huge', () => {
    for (const given of [undefined, null, 1, {}, ['02:42:ac:11:00:02']]) {
      expect(() => parse(given as string)).toThrow(InvalidMacAddressError);
      expect(() => MacAddress.fromBytes(given as unknown as Uint8Array)).toThrow(InvalidMacAddressError);
    }
    expect(() => MacAddress.fromBytes(new Uint8Array(5))).toThrow(
      'cannot make a MAC address from 5 bytes: a MAC address has 6 bytes',
    );
    for (const unit of ['0', ':', '00:', '-']) expect(() => parse(unit.repeat(1e6))).toThrow(/^.{1,600}$/);
  });
});

describe('MacAddress bits', () => {
  it.each([
    ['ff:ff:ff:ff:ff:ff', true, true],
    ['01:00:5e:00:00:01', true, false],
    ['02:42:ac:11:00:02', false, true],
    ['00:1b:21:00:00:01', false, false],
  ])('of %s: multicast %s, local %s', (text, isMulticast, isLocal) => {
    const { isMulticast: group, isLocal: local } = parse(text);
    expect({ group, local }).toEqual({ group: isMulticast, local: isLocal });
  });

  it('are compared by content', () => {
    expect(parse('02:00:00:00:00:01').equals(parse('02-00-00-00-00-01'))).toBe(true);
    expect(parse('02:00:00:00:00:01').equals(parse('02:00:00:00:00:02'))).toBe(false);
  });
});

describe('MacAddress.derive', () => {
  it('gives a local unicast address, always the same', () => {
    fc.assert(
      fc.property(any.address, (address) => {
        const mac = MacAddress.derive(address);
        expect([mac.isLocal, mac.isMulticast]).toEqual([true, false]);
        expect(MacAddress.derive(IpAddress.parse(String(address)))).toEqual(mac);
      }),
    );
  });

  it('puts all of an IPv4 address into the MAC address', () => {
    fc.assert(
      fc.property(any.ipv4, (address) => {
        expect([...MacAddress.derive(address).toBytes()]).toEqual([0x0a, 0x54, ...address.toBytes()]);
      }),
    );
  });

  // Running systems rely on these: another result is a breaking change.
  it.each([
    ['::', '0a:56:15:b1:66:b2'],
    ['fd00::1', '0a:56:9c:09:5b:d1'],
    ['fd00::2', '0a:56:98:c2:86:3c'],
    ['2001:db8:1:2:3:4:5:6', '0a:56:0d:4f:86:b6'],
  ])('keeps giving %s the MAC address %s', (text, mac) => {
    expect(String(MacAddress.derive(IpAddress.parse(text)))).toBe(mac);
  });

  it('never collides for IPv6 addresses with the same first 96 bits', () => {
    fc.assert(
      fc.property(any.ipv6, fc.bigInt(1n, 2n ** 32n - 1n), (address, difference) => {
        const sibling = IpAddress.of('ipv6', address.value ^ difference);
        expect(MacAddress.derive(sibling).equals(MacAddress.derive(address))).toBe(false);
      }),
    );
  });

  it('lets every bit of an IPv6 address sway about half of the 32 bits', () => {
    const samples = Array.from({ length: 200 }, (_, n) =>
      IpPrefix.parse('fd00:1:2::/48').at(BigInt(n) * 0x1_0001n),
    );
    for (let bit = 0n; bit < 128n; bit++) {
      let changed = 0;
      for (const sample of samples) {
        const flipped = IpAddress.of('ipv6', sample.value ^ (1n << bit));
        changed += ones(MacAddress.derive(sample).value ^ MacAddress.derive(flipped).value);
      }
      expect(changed / samples.length, `bit ${bit}`).toBeGreaterThan(14);
      expect(changed / samples.length, `bit ${bit}`).toBeLessThan(18);
    }
  });

  it('spreads 4,000 networks with the same host part without a collision', () => {
    const pool = IpPrefix.parse('fd00::/16');
    const macs = Array.from({ length: 4000 }, (_, n) =>
      String(MacAddress.derive(pool.at((BigInt(n) << 64n) | 1n))),
    );
    expect(new Set(macs).size).toBe(4000);
  });
});

function ones(value: bigint): number {
  return value.toString(2).replaceAll('0', '').length;
}
