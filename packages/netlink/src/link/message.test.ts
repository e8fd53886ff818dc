import { describe, expect, it } from 'vitest';
import { expectSafeCuts, expectSameBytes } from '../../test/codec.ts';
import { bodiesOf, readFixture } from '../../test/fixture.ts';
import { bridgeAttributes, bridgePortAttributes } from './attributes.ts';
import { linkFlags } from './flags.ts';
import { decodeLink } from './link.ts';
import { linkMessage } from './message.ts';

interface IpBridge {
  readonly forward_delay: number;
  readonly hello_time: number;
  readonly max_age: number;
  readonly ageing_time: number;
  readonly stp_state: number;
  readonly priority: number;
  readonly vlan_filtering: number;
  readonly mcast_snooping: number;
}

interface IpBridgePort {
  readonly ifindex: number;
  readonly priority: number;
  readonly cost: number;
  readonly hairpin: boolean;
  readonly learning: boolean;
  readonly isolated: boolean;
}

interface IpLink {
  readonly ifindex: number;
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly min_mtu: number;
  readonly max_mtu: number;
  readonly txqlen: number;
  readonly qdisc: string;
  readonly operstate: string;
  readonly address: string;
  readonly broadcast: string;
  readonly group: string;
  readonly master?: string;
  readonly link?: string;
  readonly ifalias?: string;
  readonly altnames?: readonly string[];
  readonly linkinfo?: {
    readonly info_kind: string;
    readonly info_data?: IpBridge;
    readonly info_slave_kind?: string;
    readonly info_slave_data?: { readonly hairpin: boolean };
  };
}

const links = readFixture<readonly IpLink[]>('links');
const ports = readFixture<readonly IpBridgePort[]>('bridge-ports');
const bodies = bodiesOf(links);
const pairs = links.witness.map((witness) => {
  const body = bodies.find((candidate) => linkMessage.read(candidate).ifIndex === witness.ifindex);
  return [witness.ifname, witness, body ?? new Uint8Array()] as const;
});

function indexOf(ifName: string | undefined): number | undefined {
  return links.witness.find(({ ifname }) => ifname === ifName)?.ifindex;
}

describe.each(pairs)('the message of %s', (_name, witness, body) => {
  it('means what ip says', () => {
    const link = decodeLink(body);
    expect({ ...link, mac: String(link.mac) }).toEqual({
      ifIndex: witness.ifindex,
      ifName: witness.ifname,
      kind: witness.linkinfo?.info_kind,
      mac: witness.address,
      mtu: witness.mtu,
      up: witness.flags.includes('UP'),
      carrier: witness.flags.includes('LOWER_UP'),
      loopback: witness.flags.includes('LOOPBACK'),
      operationalState: witness.operstate.toLowerCase(),
      master: indexOf(witness.master),
      hairpin: witness.linkinfo?.info_slave_data?.hairpin,
      peerIfIndex: indexOf(witness.link),
      peerNetnsId: undefined,
      alias: witness.ifalias,
      group: witness.group === 'default' ? 0 : Number(witness.group),
    });
  });

  it('has the attributes that ip shows', () => {
    const { attributes, flags } = linkMessage.read(body);
    expect(String(attributes.broadcast)).toBe(witness.broadcast);
    expect(attributes.queueDiscipline).toBe(witness.qdisc);
    expect(attributes.transmitQueueLength).toBe(witness.txqlen);
    expect([attributes.minimumMtu, attributes.maximumMtu]).toEqual([witness.min_mtu, witness.max_mtu]);
    expect(attributes.properties?.alternativeNames).toEqual(witness.altnames);
    expect(attributes.linkInfo?.portKind).toBe(witness.linkinfo?.info_slave_kind);
    for (const [name, bit] of [
      ['BROADCAST', linkFlags.broadcast],
      ['MULTICAST', linkFlags.multicast],
      ['LOWER_UP', linkFlags.lowerUp],
      ['POINTOPOINT', linkFlags.pointToPoint],
    ] as const) {
      expect([name, (flags & bit) !== 0]).toEqual([name, witness.flags.includes(name)]);
    }
  });

  it('encodes to the same bytes', () => expectSameBytes(linkMessage, body));

  it('is refused when it is cut short', () => expectSafeCuts(linkMessage, body));
});

describe('the data of a bridge', () => {
  const bridge = pairs.find(([, { linkinfo }]) => linkinfo?.info_kind === 'bridge');
  const data =
    linkMessage.read(bridge?.[2] ?? new Uint8Array()).attributes.linkInfo?.data ?? new Uint8Array();

  it('means what ip says', () => {
    const said = bridge?.[1].linkinfo?.info_data;
    expect(bridgeAttributes.read(data)).toMatchObject({
      forwardDelay: said?.forward_delay,
      helloTime: said?.hello_time,
      maxAge: said?.max_age,
      ageingTime: said?.ageing_time,
      stpState: said?.stp_state,
      priority: said?.priority,
      vlanFiltering: said?.vlan_filtering,
      multicastSnooping: said?.mcast_snooping,
    });
  });

  it('encodes to the same bytes', () => expectSameBytes(bridgeAttributes, data));

  it('is refused when it is cut short', () => expectSafeCuts(bridgeAttributes, data));
});

describe('a bridge port', () => {
  const [body = new Uint8Array()] = bodiesOf(ports);
  const [said] = ports.witness;
  const expected = {
    priority: said?.priority,
    cost: said?.cost,
    hairpin: Number(said?.hairpin),
    learning: Number(said?.learning),
    isolated: Number(said?.isolated),
  };

  it('means what bridge says', () => {
    const { ifIndex, attributes } = linkMessage.read(body);
    expect(ifIndex).toBe(said?.ifindex);
    expect(attributes.bridgePort).toMatchObject(expected);
    expect(expected).toMatchObject({ hairpin: 1, isolated: 1 });
  });

  it('is described in the same way by its link', () => {
    const port =
      pairs.find(([, { linkinfo }]) => linkinfo?.info_slave_kind === 'bridge')?.[2] ?? new Uint8Array();
    const data = linkMessage.read(port).attributes.linkInfo?.portData ?? new Uint8Array();
    expect(bridgePortAttributes.read(data)).toMatchObject(expected);
    expectSameBytes(bridgePortAttributes, data);
    expectSafeCuts(bridgePortAttributes, data);
  });

  it('encodes to the same bytes', () => expectSameBytes(linkMessage, body));

  it('is refused when it is cut short', () => expectSafeCuts(linkMessage, body));
});
