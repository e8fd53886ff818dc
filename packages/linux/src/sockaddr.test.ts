import { endianness } from 'node:os';
import { describe, expect, it } from 'vitest';
import { InvalidSocketAddressError } from './errors.ts';
import {
  decodeNetlinkSocketAddress,
  decodeSocketAddress,
  decodeUnixSocketAddress,
  encodeLinkSocketAddress,
  encodeNetlinkSocketAddress,
  encodeSocketAddress,
  encodeUnixSocketAddress,
  type SocketAddress,
} from './sockaddr.ts';

/** Bytes as the kernel has them: `host` numbers in this machine's byte order, hexadecimal text as it stands. */
function layout(...parts: readonly (readonly [bits: 16 | 32, value: number] | string)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => {
      if (typeof part === 'string') return [...Buffer.from(part, 'hex')];
      const [bits, value] = part;
      const bytes = Array.from({ length: bits / 8 }, (_, index) => (value >>> (8 * index)) & 0xff);
      return endianness() === 'LE' ? bytes : bytes.reverse();
    }),
  );
}

const linkLocal = 'fe800000000000000000000000000001';

const known: [string, SocketAddress, Uint8Array][] = [
  [
    'an IPv4 address',
    { family: 'ipv4', address: Uint8Array.of(10, 1, 2, 3), port: 8080 },
    layout([16, 2], '1f90', '0a010203', '0000000000000000'),
  ],
  [
    'an IPv6 address',
    { family: 'ipv6', address: new Uint8Array(16).fill(1, 15), port: 65_535 },
    layout([16, 10], 'ffff', '00000000', '00000000000000000000000000000001', '00000000'),
  ],
  [
    'a link-local IPv6 address with its link',
    { family: 'ipv6', address: Buffer.from(linkLocal, 'hex'), port: 53, scopeId: 0x01020304 },
    layout([16, 10], '0035', '00000000', linkLocal, [32, 0x01020304]),
  ],
];

describe('an address of a socket', () => {
  it.each(known)('lays out %s as the kernel does, and reads it back', (_, address, bytes) => {
    expect(encodeSocketAddress(address)).toEqual(bytes);
    expect(decodeSocketAddress(bytes)).toEqual({ ...address, address: new Uint8Array(address.address) });
  });

  it.each(known)('refuses %s that was cut short, at whatever byte', (_, _address, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSocketAddress(bytes.subarray(0, length))).toThrow(InvalidSocketAddressError);
    }
  });

  it('is read from the middle of a larger buffer, and does not share its memory', () => {
    const [, address, bytes] = known[0] ?? [];
    const larger = Buffer.concat([Buffer.of(9, 9, 9), bytes ?? Buffer.of()]);
    const decoded = decodeSocketAddress(larger.subarray(3));
    larger.fill(0);
    expect(decoded).toEqual(address);
  });

  it.each<[string, SocketAddress]>([
    ['an address of the wrong length', { family: 'ipv6', address: new Uint8Array(4), port: 1 }],
    ['a port above 65535', { family: 'ipv4', address: new Uint8Array(4), port: 65_536 }],
    ['a negative port', { family: 'ipv4', address: new Uint8Array(4), port: -1 }],
    ['a fractional port', { family: 'ipv4', address: new Uint8Array(4), port: 1.5 }],
    ['a link for an IPv4 address', { family: 'ipv4', address: new Uint8Array(4), port: 1, scopeId: 2 }],
    ['a link above 32 bits', { family: 'ipv6', address: new Uint8Array(16), port: 1, scopeId: 2 ** 32 }],
  ])('is not made from %s', (_, address) => {
    expect(() => encodeSocketAddress(address)).toThrow(InvalidSocketAddressError);
  });

  it('of another family is refused', () => {
    expect(() => decodeSocketAddress(layout([16, 1], '00'.repeat(108)))).toThrow('110 bytes of family 1');
  });
});

describe('an address of a netlink socket', () => {
  const bytes = layout([16, 16], '0000', [32, 0xfffffffe], [32, 0x80000001]);

  it('is laid out as the kernel does, and read back', () => {
    const address = { portId: 0xfffffffe, groups: 0x80000001 };
    expect(encodeNetlinkSocketAddress(address)).toEqual(bytes);
    expect(decodeNetlinkSocketAddress(bytes)).toEqual(address);
  });

  it('is refused when it was cut short, at whatever byte, or is of another family', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeNetlinkSocketAddress(bytes.subarray(0, length))).toThrow(InvalidSocketAddressError);
    }
    expect(() => decodeNetlinkSocketAddress(layout([16, 2], '00'.repeat(14)))).toThrow('of family 2');
  });

  it.each([
    { portId: -1, groups: 0 },
    { portId: 2 ** 32, groups: 0 },
    { portId: 0, groups: -1 },
    { portId: 0, groups: 0.5 },
  ])('is not made from %j', (address) => {
    expect(() => encodeNetlinkSocketAddress(address)).toThrow(InvalidSocketAddressError);
  });
});

describe('an address of a packet socket', () => {
  it('is laid out as the kernel does', () => {
    const bytes = layout([16, 17], '0000', [32, 0x01020304], '0000', '00', '00', '0000000000000000');
    expect(encodeLinkSocketAddress({ ifIndex: 0x01020304 })).toEqual(bytes);
  });

  it.each([-1, 2 ** 31, 1.5])('is not made from the index %d', (ifIndex) => {
    expect(() => encodeLinkSocketAddress({ ifIndex })).toThrow(InvalidSocketAddressError);
  });
});

describe('an address of a unix socket', () => {
  it('is laid out as the kernel does, as a path or an abstract name', () => {
    expect(encodeUnixSocketAddress({ path: '/a' })).toEqual(layout([16, 1], '2f61', '00'));
    expect(encodeUnixSocketAddress({ abstractName: 'ab' })).toEqual(layout([16, 1], '00', '6162'));
    expect(encodeUnixSocketAddress({ path: 'x'.repeat(107) })).toHaveLength(110);
  });

  it.each([{ path: '/a' }, { path: 'x'.repeat(107) }, { abstractName: 'a\u00e9' }])(
    'is read back: %j',
    (address) => {
      expect(decodeUnixSocketAddress(encodeUnixSocketAddress(address))).toEqual(address);
    },
  );

  it('is none for a socket that was bound to nothing, and refused for one of another family', () => {
    expect(decodeUnixSocketAddress(layout([16, 1]))).toBeUndefined();
    expect(decodeUnixSocketAddress(layout([16, 1], '2f61'))).toEqual({ path: '/a' });
    expect(() => decodeUnixSocketAddress(layout([16, 2], '0000'))).toThrow('of family 2');
    expect(() => decodeUnixSocketAddress(Uint8Array.of(1))).toThrow(InvalidSocketAddressError);
  });

  it.each(['', 'x'.repeat(108), 'é'.repeat(54), 'a\0b'])('is not made from %j', (text) => {
    expect(() => encodeUnixSocketAddress({ path: text })).toThrow(InvalidSocketAddressError);
    expect(() => encodeUnixSocketAddress({ abstractName: text })).toThrow(InvalidSocketAddressError);
  });
});
