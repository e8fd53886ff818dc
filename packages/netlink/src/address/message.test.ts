import { describe, expect, it } from 'vitest';
import { expectSafeCuts, expectSameBytes } from '../../test/codec.ts';
import { bodiesOf, readFixture } from '../../test/fixture.ts';
import { families } from '../family.ts';
import { addressFlags } from './flags.ts';
import { addressMessage } from './message.ts';
import { decodeAddress } from './service.ts';

interface IpAddresses {
  readonly ifindex: number;
  readonly addr_info: readonly {
    readonly family: 'inet' | 'inet6';
    readonly local: string;
    readonly address?: string;
    readonly prefixlen: number;
    readonly broadcast?: string;
    readonly scope: string;
    readonly label?: string;
    readonly nodad?: boolean;
    readonly secondary?: boolean;
    readonly tentative?: boolean;
    readonly dynamic?: boolean;
    readonly valid_life_time: number;
    readonly preferred_life_time: number;
  }[];
}

const fixture = readFixture<readonly IpAddresses[]>('addresses');
const bodies = bodiesOf(fixture);
const pairs = fixture.witness.flatMap(({ ifindex, addr_info }) =>
  addr_info.map((witness) => {
    const body = bodies.find((candidate) => {
      const { ifIndex, attributes } = addressMessage.read(candidate);
      return ifIndex === ifindex && String(attributes.local ?? attributes.address) === witness.local;
    });
    return [witness.local, ifindex, witness, body ?? new Uint8Array()] as const;
  }),
);

it('covers every message of the capture', () => expect(pairs.length).toBe(bodies.length));

describe.each(pairs)('the message of %s', (_name, ifIndex, witness, body) => {
  it('means what ip says', () => {
    const { prefix, ...address } = decodeAddress(body) ?? {};
    expect({ ...address, prefix: String(prefix) }).toEqual({
      ifIndex,
      prefix: `${witness.local}/${witness.prefixlen}`,
      scope: Number(witness.scope),
      tentative: witness.tentative ?? false,
    });
  });

  it('has the attributes and flags that ip shows', () => {
    const { family, attributes } = addressMessage.read(body);
    const { broadcast, label, flags = 0, lifetimes = new Uint8Array() } = attributes;
    expect(family).toBe(witness.family === 'inet' ? families.ipv4 : families.ipv6);
    expect(broadcast?.toString()).toBe(witness.broadcast);
    expect(label).toBe(witness.label);
    expect((flags & addressFlags.noDad) !== 0).toBe(witness.nodad ?? false);
    expect((flags & addressFlags.secondary) !== 0).toBe(witness.secondary ?? false);
    expect((flags & addressFlags.permanent) === 0).toBe(witness.dynamic ?? false);
    expect(Buffer.from(lifetimes).readUInt32LE(0)).toBe(witness.preferred_life_time);
    expect(Buffer.from(lifetimes).readUInt32LE(4)).toBe(witness.valid_life_time);
    if (witness.address !== undefined) expect(String(attributes.address)).toBe(witness.address);
  });

  it('encodes to the same bytes', () => expectSameBytes(addressMessage, body));

  it('is refused when it is cut short', () => expectSafeCuts(addressMessage, body));
});
