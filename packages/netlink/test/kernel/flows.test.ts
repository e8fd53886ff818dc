import { IpAddress } from '@tsnet/inet';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { describe, expect, it } from 'vitest';
import { conntrackMessage, deleteFlows, NetlinkConnection, netlinkProtocols } from '../../src/index.ts';
import { decodeMessages } from '../../src/wire/header.ts';
import { type Datagram, encodeReplies, verdict } from '../fake-linux.ts';
import { recordLinux } from '../recording-linux.ts';
import { TestNetns } from './test-netns.ts';

const UDP = 17;
const TCP = 6;
const DELETE_FLOW = 0x102;
const CTA_FILTER = 25;

const entries: readonly string[] = [
  '-p udp -s 10.0.0.1 -d 10.0.0.9 --sport 1001 --dport 53 -t 600',
  '-p udp -s 10.0.0.2 -d 10.0.0.8 --sport 1002 --dport 53 -t 600',
  // Port 53 here is where the flow was sent to after translation, and where another came from.
  '-p udp -s 10.0.0.3 -d 10.0.0.9 --sport 1003 --dport 5353 -g 10.0.0.7:53 -t 600',
  '-p udp -s 10.0.0.4 -d 10.0.0.9 --sport 53 --dport 1004 -t 600',
  '-p tcp -s 10.0.0.5 -d 10.0.0.9 --sport 1005 --dport 53 -t 600 --state ESTABLISHED',
  '-p udp -s fd00::6 -d fd00::9 --sport 1006 --dport 53 -t 600',
  '-p udp -s fd00::7 -d fd00::8 --sport 1007 --dport 53 -t 600',
  '-p tcp -s fd00::8 -d fd00::9 --sport 1008 --dport 443 -t 600 --state ESTABLISHED',
  '-p udp -s 10.0.0.9 -d 10.0.0.9 --sport 1009 --dport 53 -t 600 -w 5',
  '-p udp -s 10.0.0.1 -d 10.0.0.9 --sport 1010 --dport 54 -t 600 -u SEEN_REPLY',
  '-p udp -s 10.0.0.1 -d 10.0.0.9 --sport 1011 --dport 54 -t 600',
];

/** The last part of the port that each flow of a namespace came from. */
function tracked(netns: TestNetns): number[] {
  const lines = ['ipv4', 'ipv6'].map((family) => netns.run(`conntrack -L -f ${family}`)).join('');
  return Array.from(
    lines.matchAll(/src=\S+ dst=\S+ sport=(\d+) dport=(\d+) .*src=/g),
    ([, source, destination]) => Number(source === '53' ? destination : source),
  ).toSorted((a, b) => a - b);
}

function withFlows(): TestNetns {
  const netns = new TestNetns();
  for (const entry of entries) netns.run(`conntrack -I ${entry}`);
  return netns;
}

const address = IpAddress.parse;
const all = [1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011];
const cases = [
  ['UDP to a port, in every zone', { family: 'ipv4', protocol: UDP, port: 53 }, [1001, 1002, 1009]],
  [
    'UDP to a port of an address',
    { family: 'ipv4', protocol: UDP, port: 53, destination: address('10.0.0.9') },
    [1001, 1009],
  ],
  ['TCP to a port', { family: 'ipv4', protocol: TCP, port: 53 }, [1005]],
  ['a port that was translated', { family: 'ipv4', protocol: UDP, port: 5353 }, [1003]],
  ['IPv6 to a port', { family: 'ipv6', protocol: UDP, port: 53 }, [1006, 1007]],
  [
    'IPv6 to a port of an address',
    { family: 'ipv6', protocol: UDP, port: 53, destination: address('fd00::9') },
    [1006],
  ],
  [
    'UDP that another address answers',
    { family: 'ipv4', protocol: UDP, port: 5353, answeredBy: address('10.0.0.7') },
    [1003],
  ],
  [
    'UDP to a port that one address answers',
    { family: 'ipv4', protocol: UDP, port: 53, answeredBy: address('10.0.0.8') },
    [1002],
  ],
  [
    'IPv6 that one address answers',
    { family: 'ipv6', protocol: UDP, port: 53, answeredBy: address('fd00::8') },
    [1007],
  ],
  ['what is unanswered', { family: 'ipv4', protocol: UDP, port: 54, unanswered: true }, [1011]],
  ['what is translated, if not', { family: 'ipv4', protocol: UDP, port: 5353, unanswered: true }, []],
  [
    'UDP to a range of ports',
    { family: 'ipv4', protocol: UDP, port: 53, lastPort: 54 },
    [1001, 1002, 1009, 1010, 1011],
  ],
  [
    'UDP to a range that begins later',
    { family: 'ipv4', protocol: UDP, port: 54, lastPort: 5352 },
    [1004, 1010, 1011],
  ],
  ['UDP to a range of one port', { family: 'ipv4', protocol: UDP, port: 5353, lastPort: 5353 }, [1003]],
  [
    'UDP to a range of ports of an address',
    { family: 'ipv4', protocol: UDP, port: 1, lastPort: 65_535, destination: address('10.0.0.8') },
    [1002],
  ],
  ['TCP to a range of ports', { family: 'ipv4', protocol: TCP, port: 50, lastPort: 60 }, [1005]],
  ['IPv6 to a range of ports', { family: 'ipv6', protocol: TCP, port: 400, lastPort: 500 }, [1008]],
  [
    'IPv6 to a range of ports that one address answers',
    { family: 'ipv6', protocol: UDP, port: 1, lastPort: 65_535, answeredBy: address('fd00::8') },
    [1007],
  ],
  [
    'what is unanswered of a range of ports',
    { family: 'ipv4', protocol: UDP, port: 54, lastPort: 5353, unanswered: true },
    [1004, 1011],
  ],
  ['nothing', { family: 'ipv4', protocol: TCP, port: 9 }, []],
] as const;

/**
 * The netfilter of a kernel that filters only when it lists: it refuses to delete by a filter as such kernels do,
 * and with `listsAll` does not look at filters at all.
 */
function olderKernel(netns: TestNetns, errno: number, listsAll: boolean): NetlinkConnection {
  const waiting: Datagram[] = [];
  const send = (fd: number, bytes: Uint8Array): number => {
    const [message] = decodeMessages(bytes);
    const hasFilter =
      message !== undefined && conntrackMessage.read(message.body).attributes.filter !== undefined;
    if (hasFilter && message.type === DELETE_FLOW) {
      waiting.push([verdict(message.sequence, errno)]);
      return bytes.length;
    }
    // A type that no kernel knows: the attribute is passed over, and so is the tuple before it.
    if (hasFilter && listsAll) bytes[Buffer.from(bytes).lastIndexOf(Uint8Array.of(CTA_FILTER, 0x80))] = 0x70;
    return netns.linux.send(fd, bytes);
  };
  const receive = (fd: number, into: Uint8Array): number | undefined => {
    const datagram = waiting.shift();
    if (datagram === undefined || datagram instanceof Error) return netns.linux.receive(fd, into);
    const reply = encodeReplies(datagram);
    into.set(reply);
    return reply.length;
  };
  const { linux } = recordLinux(netns.linux, { send, receive });
  return NetlinkConnection.open({ linux, netns: netns.fd, protocol: netlinkProtocols.netfilter });
}

describeKernel('tracked connections', { needs: ['netns', 'conntrack', 'nftables'] }, () => {
  it.each(cases)('are forgotten: %s', (_what, filter, forgotten) => {
    using netns = withFlows();
    expect(tracked(netns)).toEqual(all);
    deleteFlows(netns.netfilter, filter);
    expect(tracked(netns)).toEqual(all.filter((flow) => !(forgotten as readonly number[]).includes(flow)));
    deleteFlows(netns.netfilter, filter);
  });

  describe.each([
    ['refuses a filter', 95, false],
    ['wants a whole tuple', 22, false],
    ['knows no filter', 22, true],
  ])('of a kernel that %s', (_what, errno, listsAll) => {
    it.each(cases)('are forgotten one by one: %s', (_which, filter, forgotten) => {
      using netns = withFlows();
      using connection = olderKernel(netns, errno, listsAll);
      deleteFlows(connection, filter);
      expect(tracked(netns)).toEqual(all.filter((flow) => !(forgotten as readonly number[]).includes(flow)));
    });
  });

  it('of real packets are forgotten', () => {
    using netns = new TestNetns();
    netns.run('nft add table ip t');
    netns.run('nft add chain ip t c { type filter hook output priority 0 ; }');
    netns.run('nft add rule ip t c ct state new counter');
    for (const port of [7001, 7002]) {
      const script = `require("dgram").createSocket("udp4").send("x",${port},"127.0.0.1",()=>process.exit())`;
      netns.run(`${process.execPath} -e ${script}`);
    }
    const ports = () =>
      Array.from(netns.run('conntrack -L -p udp').matchAll(/dport=(\d+) \[/g), ([, port]) =>
        Number(port),
      ).toSorted();
    expect(ports()).toEqual([7001, 7002]);
    deleteFlows(netns.netfilter, { family: 'ipv4', protocol: UDP, port: 7001 });
    expect(ports()).toEqual([7002]);
  });
});
