import { decode, encode, type Packet } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optRecord } from '../../test/messages.ts';
import { rcodes } from './codes.ts';
import { labelsOf } from './name-key.ts';
import { readQuery } from './query.ts';

const label = fc.stringMatching(/^[a-zA-Z0-9_-]{1,63}$/);
const name = fc
  .array(label, { minLength: 1, maxLength: 6 })
  .map((labels) => labels.join('.'))
  .filter((text) => text.length <= 253);
const type = fc.constantFrom('A', 'AAAA', 'PTR', 'SOA', 'TXT', 'MX', 'NS', 'SRV');
const id = fc.nat(0xffff);

function encoded(packet: Packet): Buffer {
  return encode({ type: 'query', flags: 0x0100, ...packet });
}

function withOpt(udpSize: number, version = 0): Packet {
  return { id: 1, questions: [{ type: 'A', name: 'a.example' }], additionals: [optRecord(udpSize, version)] };
}

describe('a query', () => {
  it('says what the reference encoder was given', () => {
    fc.assert(
      fc.property(id, name, type, (id, name, type) => {
        const message = encoded({ id, questions: [{ type, name }] });
        const query = readQuery(message);
        expect(query).toMatchObject({ id, udpSize: 512, edns: false, questionEnd: message.length });
        expect(query && 'name' in query && labelsOf(query.name).join('.')).toBe(name.toLowerCase());
      }),
    );
  });

  it('says what its OPT record does, and nobody takes less than 512 bytes', () => {
    expect(readQuery(encoded(withOpt(4096)))).toMatchObject({ udpSize: 4096, edns: true, dnssecOk: true });
    expect(readQuery(encoded(withOpt(1)))).toMatchObject({ udpSize: 512, edns: true });
  });

  it('never reads otherwise than the reference decoder what it takes at all, whatever the bytes', () => {
    const start = encoded({ id: 7, questions: [{ type: 'A', name: 'web.demo.tsnet.internal' }] });
    const spoilt = fc
      .array(fc.tuple(fc.nat(start.length - 1), fc.nat(255)), { maxLength: 4 })
      .map((changes) => {
        const bytes = Buffer.from(start);
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      });
    const any = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(spoilt, any), (bytes) => {
        const query = readQuery(bytes);
        if (query === undefined || 'rcode' in query) return;
        const [question] = decode(bytes).questions ?? [];
        const labels = labelsOf(query.name);
        // The reference reads text as UTF-8, and cannot tell a dot in a label.
        if (labels.every((text) => /^[\x21-\x2d\x2f-\x7e]+$/.test(text))) {
          expect(labels.join('.') || '.').toBe(question?.name.toLowerCase());
        }
      }),
      { numRuns: 20_000 },
    );
  });

  it('is not one when cut short at any place', () => {
    const message = encoded(withOpt(1232));
    for (let length = 0; length < message.length; length++) {
      const query = readQuery(message.subarray(0, length));
      if (length < 12) expect(query).toBeUndefined();
      else expect(query).toMatchObject({ rcode: rcodes.formatError });
    }
  });
});

describe('what is no query', () => {
  const good = encoded({ id: 9, questions: [{ type: 'A', name: 'a.example' }] });
  const changed = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(good);
    change(bytes);
    return readQuery(bytes);
  };

  it('gets no answer if it is one itself', () => {
    expect(changed((bytes) => bytes.writeUInt16BE(0x8100, 2))).toBeUndefined();
  });

  it.each([
    ['an update', rcodes.notImplemented, (bytes: Buffer) => bytes.writeUInt16BE(0x2800, 2)],
    ['no question', rcodes.formatError, (bytes: Buffer) => bytes.writeUInt16BE(0, 4)],
    ['many questions', rcodes.formatError, (bytes: Buffer) => bytes.writeUInt16BE(0xffff, 4)],
    ['answers in it', rcodes.formatError, (bytes: Buffer) => bytes.writeUInt16BE(0xffff, 6)],
    ['authority in it', rcodes.formatError, (bytes: Buffer) => bytes.writeUInt16BE(1, 8)],
    ['records that are not there', rcodes.formatError, (bytes: Buffer) => bytes.writeUInt16BE(0xffff, 10)],
    ['a name that points to itself', rcodes.formatError, (bytes: Buffer) => bytes.writeUInt16BE(0xc00c, 12)],
    ['a label of an unknown kind', rcodes.formatError, (bytes: Buffer) => bytes.writeUInt8(0x41, 12)],
    ['another class', rcodes.refused, (bytes: Buffer) => bytes.writeUInt16BE(3, bytes.length - 2)],
    ['a question for OPT', rcodes.formatError, (bytes: Buffer) => bytes.writeUInt16BE(41, bytes.length - 4)],
  ])('is told so: %s', (_, rcode, change) => {
    expect(changed(change)).toMatchObject({ id: 9, rcode });
  });

  it('is told so: bytes behind its end, two OPT records, another version of EDNS', () => {
    expect(readQuery(Buffer.concat([good, Buffer.alloc(1)]))).toMatchObject({ rcode: rcodes.formatError });
    const once = withOpt(1232);
    const twice = { ...once, additionals: [...(once.additionals ?? []), ...(once.additionals ?? [])] };
    expect(readQuery(encoded(twice))).toMatchObject({ rcode: rcodes.formatError });
    expect(readQuery(encoded(withOpt(1232, 1)))).toMatchObject({ rcode: rcodes.badVersion });
  });
});
