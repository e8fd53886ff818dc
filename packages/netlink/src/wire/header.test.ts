import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOrRefusal } from '../../test/codec.ts';
import { fromHex, readFixture } from '../../test/fixture.ts';
import { TruncatedMessageError } from '../errors.ts';
import { ByteWriter } from './byte-writer.ts';
import { decodeMessages, encodeMessage, MESSAGE_HEADER_LENGTH, type RawMessage } from './header.ts';

const datagrams = ['links', 'addresses', 'routes', 'neighbors', 'flows', 'bridge-ports'].flatMap((name) =>
  readFixture(name).datagrams.map((datagram, index) => [`${name} ${index + 1}`, fromHex(datagram)] as const),
);

function encodeAll(messages: readonly Omit<RawMessage, 'length'>[]): Uint8Array {
  const writer = new ByteWriter(1);
  for (const { body, ...header } of messages) encodeMessage(writer, header, () => writer.raw(body));
  return writer.bytes;
}

describe.each(datagrams)('the datagram %s', (_name, datagram) => {
  it('is split into messages that make the same datagram', () => {
    const messages = decodeMessages(datagram);
    expect(messages.length).toBeGreaterThan(0);
    for (const { sequence, portId } of messages)
      expect({ sequence, portId }).toEqual({ sequence: 1, portId: 1000 });
    expect(encodeAll(messages)).toEqual(datagram);
  });

  it('is refused when it is cut short, but for a cut between messages', () => {
    const ends = new Set([0]);
    for (const { length } of decodeMessages(datagram))
      ends.add(Math.max(...ends) + Math.ceil(length / 4) * 4);
    for (let end = 0; end < datagram.length; end++) {
      const result = readOrRefusal(() => decodeMessages(datagram.subarray(0, end)));
      // The padding of the last message may be missing.
      const whole = ends.has(Math.ceil(end / 4) * 4) && !(result instanceof Error);
      expect(whole || result instanceof TruncatedMessageError, `cut at ${end}`).toBe(true);
    }
  });
});

describe('messages', () => {
  const message = fc.record({
    type: fc.integer({ min: 0, max: 0xffff }),
    flags: fc.integer({ min: 0, max: 0xffff }),
    sequence: fc.integer({ min: 0, max: 0xffff_ffff }),
    portId: fc.integer({ min: 0, max: 0xffff_ffff }),
    body: fc.uint8Array({ maxLength: 50 }),
  });

  it('round-trip, several in one datagram', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), (given) => {
        const decoded = decodeMessages(encodeAll(given));
        expect(decoded).toEqual(
          given.map((one) => ({ ...one, length: one.body.length + MESSAGE_HEADER_LENGTH })),
        );
      }),
    );
  });

  it('are never made of bytes that are not there', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        (given) => void readOrRefusal(() => decodeMessages(given)),
      ),
    );
  });

  it('shorter than their own header are refused, which would never end otherwise', () => {
    expect(() => decodeMessages(new Uint8Array(16))).toThrow('16 bytes expected, 0 left');
  });
});
