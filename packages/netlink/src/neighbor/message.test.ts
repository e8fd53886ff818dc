import { describe, expect, it } from 'vitest';
import { expectSafeCuts, expectSameBytes } from '../../test/codec.ts';
import { bodiesOf, readFixture } from '../../test/fixture.ts';
import { families } from '../family.ts';
import { neighborStates } from './flags.ts';
import { neighborMessage } from './message.ts';

interface IpNeighbor {
  readonly dst: string;
  readonly dev: string;
  readonly lladdr: string;
  readonly state: readonly [string];
}

const states: ReadonlyMap<string, number> = new Map(
  Object.entries(neighborStates).map(([name, bit]) => [name.toUpperCase(), bit]),
);
const ifNames = new Map(
  readFixture<readonly { ifindex: number; ifname: string }[]>('links').witness.map((link) => [
    link.ifindex,
    link.ifname,
  ]),
);
const fixture = readFixture<readonly IpNeighbor[]>('neighbors');
const bodies = bodiesOf(fixture);
const pairs = fixture.witness.map((witness) => {
  const body = bodies.find((candidate) => {
    const { ifIndex, attributes } = neighborMessage.read(candidate);
    return ifNames.get(ifIndex) === witness.dev && String(attributes.destination) === witness.dst;
  });
  return [`${witness.dst} on ${witness.dev}`, witness, body ?? new Uint8Array()] as const;
});

it('covers every message of the capture', () => expect(pairs.length).toBe(bodies.length));

describe.each(pairs)('the message of %s', (_name, witness, body) => {
  it('means what ip says', () => {
    const { family, state, attributes } = neighborMessage.read(body);
    expect(family).toBe(witness.dst.includes(':') ? families.ipv6 : families.ipv4);
    expect(String(attributes.linkLayerAddress)).toBe(witness.lladdr);
    expect(state).toBe(states.get(witness.state[0]));
  });

  it('encodes to the same bytes', () => expectSameBytes(neighborMessage, body));

  it('is refused when it is cut short', () => expectSafeCuts(neighborMessage, body));
});
