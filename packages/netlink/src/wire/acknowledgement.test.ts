import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOrRefusal } from '../../test/codec.ts';
import { fromHex } from '../../test/fixture.ts';
import { NetlinkError } from '../errors.ts';
import { decodeAcknowledgement, decodeDone } from './acknowledgement.ts';
import { controlTypes, decodeMessages, type RawMessage } from './header.ts';

interface Exchange {
  readonly name: string;
  readonly sent: readonly [string];
  readonly received: readonly [string];
}

const exchanges: readonly Exchange[] = JSON.parse(
  readFileSync(new URL('../../test/fixtures/acknowledgements.json', import.meta.url), 'utf8'),
);

function verdictOn(name: string) {
  const exchange = exchanges.find((candidate) => candidate.name === name);
  const [message] = decodeMessages(fromHex(exchange?.received[0] ?? ''));
  if (message === undefined) throw new Error(`no exchange named ${name}`);
  return decode(message);
}

function decode(message: RawMessage) {
  return message.type === controlTypes.done ? decodeDone(message) : decodeAcknowledgement(message);
}

const tooLong = { errno: 34, details: { message: 'Attribute failed policy validation', offset: 32 } };

describe('the verdict', () => {
  it.each([
    ['done', { errno: 0, details: {} }],
    ['refused without a word', { errno: 17, details: {} }],
    ['refused with the whole request', { errno: 17, details: {} }],
    ['absent', { errno: 19, details: {} }],
    ['refused in words', tooLong],
    ['refused in words with the whole request', tooLong],
    [
      'dump refused in words',
      { errno: 22, details: { message: 'Filter by device index not supported for link dumps' } },
    ],
  ])('"%s" is read', (name, expected) => {
    expect(verdictOn(name)).toMatchObject(expected);
    if (expected.errno !== 34) expect(verdictOn(name)).toEqual(expected);
  });

  it('says how long a value may be', () => {
    const { errno, details } = verdictOn('refused in words');
    const error = new NetlinkError(
      'create',
      'bridge x',
      errno,
      details.message,
      details.policy?.maximumLength,
    );
    expect(error.hint).toBe('The kernel takes at most 15 bytes there.');
  });

  it.each(exchanges.map(({ name, received }) => [name, received[0]] as const))(
    '"%s" is refused or shorter when it is cut short',
    (_name, received) => {
      const [message] = decodeMessages(fromHex(received));
      const body = message?.body ?? new Uint8Array();
      for (let end = 0; end < body.length; end++) {
        readOrRefusal(() => message && decode({ ...message, body: body.subarray(0, end) }));
      }
      expect(body.length).toBeGreaterThanOrEqual(4);
    },
  );

  it('is never made of bytes that are not there', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.constantFrom(0, 0x100, 0x200, 0x300),
        (body, flags) => {
          const message = {
            length: 16 + body.length,
            type: controlTypes.error,
            flags,
            sequence: 1,
            portId: 0,
            body,
          };
          readOrRefusal(() => decodeAcknowledgement(message));
          readOrRefusal(() => decodeDone(message));
        },
      ),
    );
  });

  it('of a dump is success where the kernel sends no status', () => {
    const message = {
      length: 16,
      type: controlTypes.done,
      flags: 0,
      sequence: 1,
      portId: 0,
      body: new Uint8Array(),
    };
    expect(decodeDone(message)).toEqual({ errno: 0, details: {} });
  });
});
