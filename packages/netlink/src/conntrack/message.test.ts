import { describe, expect, it } from 'vitest';
import { expectSafeCuts, expectSameBytes } from '../../test/codec.ts';
import { bodiesOf, readFixture } from '../../test/fixture.ts';
import { families } from '../family.ts';
import { type ConntrackMessage, conntrackMessage } from './message.ts';

const fixture = readFixture<readonly string[]>('flows');
const bodies = bodiesOf(fixture);

/** `src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2`, as far as it is there. */
function textOf(tuple: ConntrackMessage['attributes']['original']): string {
  const { sourceV4, sourceV6, destinationV4, destinationV6 } = tuple?.addresses ?? {};
  const { sourcePort, destinationPort } = tuple?.protocol ?? {};
  const ports = sourcePort === undefined ? '' : ` sport=${sourcePort} dport=${destinationPort}`;
  return `src=${sourceV4 ?? sourceV6} dst=${destinationV4 ?? destinationV6}${ports}`;
}

const pairs = fixture.witness.map((line) => {
  const id = Number(/ id=(\d+)$/.exec(line)?.[1]);
  const body = bodies.find((candidate) => conntrackMessage.read(candidate).attributes.id === id);
  return [line, body ?? new Uint8Array()] as const;
});

it('covers every message of the capture', () => expect(pairs.length).toBe(bodies.length));

describe.each(pairs)('%s', (line, body) => {
  const [, number, seconds] = /^\w+ +(\d+) (\d+) /.exec(line) ?? [];

  it('means what conntrack says', () => {
    const { family, attributes } = conntrackMessage.read(body);
    const { original, reply, timeout = 0, mark, use, zone } = attributes;
    expect(family).toBe(line.includes('src=fd') ? families.ipv6 : families.ipv4);
    expect(original?.protocol?.protocol).toBe(Number(number));
    expect(line).toContain(textOf(original));
    expect(line.slice(line.indexOf('[UNREPLIED]'))).toContain(textOf(reply));
    expect(Math.abs(timeout - Number(seconds))).toBeLessThan(3);
    expect(line).toContain(`mark=${mark} `);
    expect(line).toContain(`use=${use} `);
    expect(/ zone=(\d+)/.exec(line)?.[1]).toBe(zone?.toString());
  });

  it('encodes to the same bytes', () => expectSameBytes(conntrackMessage, body));

  it('is refused when it is cut short', () => expectSafeCuts(conntrackMessage, body));
});
