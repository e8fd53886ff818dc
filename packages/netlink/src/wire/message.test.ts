import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOrRefusal } from '../../test/codec.ts';
import { bodiesOf, readFixture } from '../../test/fixture.ts';
import { decodeAddress } from '../address/service.ts';
import { conntrackMessage } from '../conntrack/message.ts';
import { MalformedAttributeError } from '../errors.ts';
import { decodeLink } from '../link/link.ts';
import { neighborMessage } from '../neighbor/message.ts';
import { decodeRoute } from '../route/service.ts';

const decoders: readonly (readonly [fixture: string, decode: (body: Uint8Array) => unknown])[] = [
  ['links', decodeLink],
  ['addresses', decodeAddress],
  ['routes', decodeRoute],
  ['neighbors', neighborMessage.read],
  ['flows', conntrackMessage.read],
];

describe.each(decoders)('the decoder of %s', (name, decode) => {
  const bodies = bodiesOf(readFixture(name));

  it('answers a damaged message with an object or with a refusal of its own', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.constantFrom(...bodies), damage, (body, changes) => {
        const damaged = body.slice();
        for (const [at, value] of changes) damaged[at % damaged.length] = value;
        readOrRefusal(() => decode(damaged));
      }),
      { numRuns: 500 },
    );
  });

  it('answers any bytes with an object or with a refusal of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => void readOrRefusal(() => decode(body))),
    );
  });
});

describe('a prefix longer than its address', () => {
  it.each([
    ['addresses', decodeAddress],
    ['routes', decodeRoute],
  ] as const)('is refused among %s', (name, decode) => {
    for (const body of bodiesOf(readFixture(name))) {
      const damaged = body.slice();
      damaged[1] = 129;
      expect(readOrRefusal(() => decode(damaged))).toBeInstanceOf(MalformedAttributeError);
    }
  });
});
