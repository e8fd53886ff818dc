import { IpAddress, MacAddress } from '@tsnet/inet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, expectSafeCuts, expectSameBytes, readOrRefusal } from '../../test/codec.ts';
import { MalformedAttributeError, OversizedAttributeError, TruncatedMessageError } from '../errors.ts';
import {
  be16,
  be32,
  be64,
  bytes,
  ipAddress,
  macAddress,
  nestedBytes,
  s32,
  text,
  u8,
  u16,
  u32,
} from './attribute.ts';
import { attributeSet } from './attribute-set.ts';

const inner = attributeSet({ cost: [1, u32], names: [53, text, 'repeated'] });
const set = attributeSet({
  one: [1, u8],
  two: [2, u16],
  four: [3, u32],
  signed: [4, s32],
  port: [5, be16],
  mark: [6, be32],
  label: [7, text],
  opaque: [8, bytes],
  address: [9, ipAddress],
  mac: [10, macAddress],
  inner: [11, inner.flagged],
  plainInner: [12, inner],
  opaqueInner: [13, nestedBytes],
  list: [14, u16, 'repeated'],
  timeout: [15, be64],
});

const uint8 = fc.integer({ min: 0, max: 0xff });
const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const label = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => !value.includes('\0'));
const payload = fc.uint8Array({ maxLength: 40 });
const nested = fc.record(
  { cost: uint32, names: fc.array(label, { minLength: 1, maxLength: 4 }) },
  { requiredKeys: [] },
);
const values = fc.record(
  {
    one: uint8,
    two: uint16,
    four: uint32,
    signed: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    port: uint16,
    mark: uint32,
    label,
    opaque: payload,
    address: fc.oneof(
      fc.bigInt(0n, 2n ** 32n - 1n).map((value) => IpAddress.of('ipv4', value)),
      fc.bigInt(0n, 2n ** 128n - 1n).map((value) => IpAddress.of('ipv6', value)),
    ),
    mac: fc.uint8Array({ minLength: 6, maxLength: 6 }).map((given) => MacAddress.fromBytes(given)),
    inner: nested,
    plainInner: nested,
    opaqueInner: payload,
    list: fc.array(uint16, { minLength: 1, maxLength: 5 }),
    timeout: fc.bigInt(0n, 2n ** 64n - 1n),
    '#200': payload,
    '#32969': payload,
  },
  { requiredKeys: [] },
);

/** Attributes as a newer kernel might send them: any types in any order, each type as often as it likes. */
const foreign = fc
  .array(fc.tuple(fc.integer({ min: 100, max: 105 }), payload), { maxLength: 20 })
  .map((list) =>
    Uint8Array.from(
      list.flatMap(([type, content]) => {
        const padding = new Array((4 - (content.length % 4)) % 4).fill(0);
        const header = [...new Uint8Array(new Uint16Array([content.length + 4, type]).buffer)];
        return [...header, ...content, ...padding];
      }),
    ),
  );

describe('an attribute set', () => {
  it('reads back what it wrote, and writes that in the same way', () => {
    fc.assert(
      fc.property(values, (given) => {
        const encoded = encode(set, given);
        const decoded = set.read(encoded);
        expect(decoded).toEqual(given);
        expect(encode(set, decoded)).toEqual(encoded);
        expect(encoded.length % 4).toBe(0);
      }),
    );
  });

  it('keeps attributes that it does not know, in their order, however often a type comes', () => {
    fc.assert(fc.property(foreign, (given) => expectSameBytes(set, given)));
  });

  it('reads chosen attributes alone to the same values', () => {
    const chosen = set.only('four', 'label', 'inner', 'list');
    fc.assert(
      fc.property(values, (given) => {
        const { four, label, inner, list } = given;
        // Fields that are undefined are as good as absent to `toEqual`.
        expect(chosen.read(encode(set, given))).toEqual({ four, label, inner, list });
      }),
    );
  });

  it('refuses a message that is cut short in an attribute that it steps over', () => {
    const encoded = encode(set, { one: 1, '#200': Uint8Array.of(1, 2, 3, 4) });
    const chosen = set.only('one');
    expect(chosen.read(encoded)).toEqual({ one: 1 });
    for (let end = 9; end < encoded.length; end++)
      expect(() => chosen.read(encoded.subarray(0, end))).toThrow(TruncatedMessageError);
    expect(() => chosen.read(Uint8Array.of(3, 0, 200, 0))).toThrow(MalformedAttributeError);
  });

  it('answers any bytes with values or with a refusal of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (given) => {
        readOrRefusal(() => set.read(given));
        readOrRefusal(() => set.flagged.read(given));
        readOrRefusal(() => set.only('one', 'inner').read(given));
      }),
    );
  });

  it('answers a message with a few wrong bytes with values or with a refusal of its own', () => {
    fc.assert(
      fc.property(values, fc.array(fc.tuple(fc.nat(), uint8), { maxLength: 5 }), (given, changes) => {
        const encoded = encode(set, given).slice();
        for (const [at, value] of changes) if (encoded.length > 0) encoded[at % encoded.length] = value;
        readOrRefusal(() => set.read(encoded));
      }),
    );
  });

  it('refuses what is cut short', () => {
    const given = {
      one: 1,
      label: 'abc',
      inner: { names: ['a', 'bcd'] },
      '#200': Uint8Array.of(1),
      list: [1, 2],
    };
    expectSafeCuts(set, encode(set, given));
  });

  it('leaves out what is undefined', () => {
    expect(encode(set, { one: undefined, two: 5 })).toEqual(encode(set, { two: 5 }));
    expect(encode(set, {})).toEqual(new Uint8Array());
  });

  it('marks a nested set where the kernel wants it', () => {
    expect(encode(set, { inner: {} })).toEqual(Uint8Array.of(4, 0, 11, 0x80));
    expect(encode(set, { plainInner: {} })).toEqual(Uint8Array.of(4, 0, 12, 0));
  });

  it('reads attributes whatever flag bits their type carries', () => {
    expect(set.read(Uint8Array.of(5, 0, 1, 0xc0, 7, 0, 0, 0))).toEqual({ one: 7 });
  });

  it('decodes the first of two attributes and keeps the second, where the table expects one', () => {
    const twice = Uint8Array.of(5, 0, 1, 0, 7, 0, 0, 0, 5, 0, 1, 0, 8, 0, 0, 0);
    expect(set.read(twice)).toEqual({ one: 7, '#1': Uint8Array.of(8) });
    expectSameBytes(set, twice);
  });

  it('copies payloads, so that the receive buffer can be used again', () => {
    const buffer = encode(set, { opaque: Uint8Array.of(1, 2), '#200': Uint8Array.of(3) });
    const decoded = set.read(buffer);
    buffer.fill(9);
    expect(decoded).toEqual({ opaque: Uint8Array.of(1, 2), '#200': Uint8Array.of(3) });
  });

  it.each([
    ['u8', { one: 1 }, 'its payload has 2 bytes, expected 1'],
    ['u32', { four: 1 }, 'its payload has 5 bytes, expected 4'],
    ['MAC address', { mac: MacAddress.parse('02:00:00:00:00:01') }, 'its payload has 7 bytes, expected 6'],
    ['IP address', { address: IpAddress.parse('10.0.0.1') }, 'its payload has 5 bytes, expected 4 or 16'],
  ])('refuses a %s of the wrong length', (_what, given, reason) => {
    const encoded = encode(set, given);
    const longer = Uint8Array.of((encoded[0] ?? 0) + 1, ...encoded.subarray(1), 0);
    const refusal = readOrRefusal(() => set.read(longer));
    expect(refusal).toBeInstanceOf(MalformedAttributeError);
    expect(refusal).toMatchObject({ reason, code: 'NETLINK_MALFORMED_ATTRIBUTE', kind: 'invalid' });
  });

  it('refuses a length below that of the header, which would never end', () => {
    expect(() => set.read(Uint8Array.of(3, 0, 1, 0))).toThrow('its length is 3, expected at least 4');
    expect(() => set.read(Uint8Array.of(8, 0, 1, 0, 1))).toThrow(TruncatedMessageError);
  });

  it('refuses to write a value whose length has more than 16 bits', () => {
    expect(() => encode(set, { opaque: new Uint8Array(65_532) })).toThrow(OversizedAttributeError);
    expect(encode(set, { opaque: new Uint8Array(65_531) }).length).toBe(65_536);
  });
});
