/**
 * Writes `fixtures/*.json`: what this machine's kernel says of objects that are made for the purpose, as bytes
 * and in the words of iproute2 and conntrack. Run by hand, after `build`, in a namespace that ends with it:
 *
 * ```sh
 * in-private-host node test/capture.ts
 * ```
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { openLinux } from '@tsnet/linux';
import { addressMessage } from '../src/address/message.ts';
import { NetlinkConnection, netlinkProtocols } from '../src/connection.ts';
import { conntrackMessage } from '../src/conntrack/message.ts';
import { linkChange, linkMessage } from '../src/link/message.ts';
import { createBridge, deleteLink, listLinksRequest } from '../src/link/requests.ts';
import { neighborMessage } from '../src/neighbor/message.ts';
import type { NetlinkRequest } from '../src/request.ts';
import { routeMessage } from '../src/route/message.ts';
import type { AttributeCodec } from '../src/wire/attribute.ts';
import { recordLinux } from './recording-linux.ts';

const NETLINK_CAP_ACK = 10;
/** The port that replies are sent to, which would be the number of this process. */
const PORT = 1000;

/** Objects whose every value is chosen here, so that a capture elsewhere differs in little. */
const scene = `
ip link add br0 address 02:00:00:00:00:01 type bridge forward_delay 0 priority 4096
ip link add veth0 address 02:00:00:00:00:02 mtu 1400 type veth peer name veth1 address 02:00:00:00:00:03
ip link set veth0 master br0 group 7 alias tsnet:one
ip link property add dev veth0 altname port-of-web-1
ip link property add dev veth0 altname second-name-longer-than-fifteen
bridge link set dev veth0 isolated on hairpin on
ip link set br0 up
ip link set veth0 up
ip link set veth1 up
ip address add 10.1.2.3/24 broadcast + dev veth1
ip address add 10.9.0.1 peer 10.9.0.2/32 dev veth1
ip address add fd00:1::3/64 dev veth1 nodad
ip address add 10.1.2.200/24 valid_lft 7000 preferred_lft 3000 dev veth1
ip route add default via 10.1.2.1 dev veth1
ip route add 192.0.2.0/24 via 10.1.2.1 dev veth1 metric 50 mtu 1300 advmss 1200
ip route add 198.51.100.0/24 nexthop via 10.1.2.1 dev veth1 weight 1 nexthop via 10.1.2.2 dev veth1 weight 3
ip route add 203.0.113.0/24 via 10.1.2.1 dev veth1 table 1000
ip route add blackhole 10.66.0.0/16
ip route add default via fd00:1::1 dev veth1 metric 9
ip route add 2001:db8::/32 via fd00:1::1 dev veth1 mtu 1280
ip route add unreachable 2001:db8:1::/48
ip neighbor add 10.1.2.1 lladdr 02:00:00:00:00:0a dev veth1 nud permanent
ip neighbor add fd00:1::1 lladdr 02:00:00:00:00:0b dev veth1 nud reachable
ip neighbor add proxy 10.1.2.9 dev veth1
conntrack -I -p udp -s 10.1.2.3 -d 10.1.2.4 --sport 1111 --dport 53 -t 600
conntrack -I -p udp -s 10.1.2.3 -d 10.1.2.5 --sport 1112 --dport 8080 -t 600 -g 10.4.0.9:80 -m 7
conntrack -I -p tcp -s 10.1.2.3 -d 10.1.2.4 --sport 1113 --dport 443 -t 600 --state ESTABLISHED -w 5
conntrack -I -p tcp -s fd00:1::3 -d fd00:1::4 --sport 1114 --dport 443 -t 600 --state SYN_SENT
conntrack -I -p icmp -s 10.1.2.3 -d 10.1.2.4 --icmp-type 8 --icmp-code 0 --icmp-id 99 -t 600
`;

const AF_BRIDGE = 7;
const linux = openLinux();
const nothing = { ifIndex: 0, flags: 0, type: 0 };
const noAddress = { family: 0, prefixLength: 0, flags: 0, scope: 0, ifIndex: 0, attributes: {} };
const noRoute = { destinationLength: 0, sourceLength: 0, typeOfService: 0, table: 0, protocol: 0, scope: 0 };

for (const line of scene.trim().split('\n')) run(line);

captureDump('links', listLinksRequest(), json('ip -json -details link show'));
captureDump(
  'bridge-ports',
  read(18, linkMessage, linkChange({}, { family: AF_BRIDGE })),
  json('bridge -json -details link show'),
);
captureDump('addresses', read(22, addressMessage, noAddress), json('ip -json -N address show'));
captureDump('routes', read(26, routeMessage, { ...nothing, ...noRoute, family: 0, attributes: {} }), [
  ...json('ip -json -N -4 route show table all'),
  ...json('ip -json -N -6 route show table all'),
]);
captureDump(
  'neighbors',
  read(30, neighborMessage, { ...nothing, family: 0, state: 0, attributes: {} }),
  json('ip -json neighbor show nud all'),
);
captureDump(
  'flows',
  read(0x101, conntrackMessage, { family: 0, version: 0, resourceId: 0, attributes: {} }),
  ['ipv4', 'ipv6'].flatMap((family) => run(`conntrack -L -f ${family} -o id`).trim().split('\n')),
  netlinkProtocols.netfilter,
);
captureAcknowledgements();
captureRequests();

/** A request for all objects of a kind. */
function read<T>(type: number, codec: AttributeCodec<T>, value: T): NetlinkRequest {
  return {
    type,
    flags: 0,
    body: (writer) => codec.write(writer, value),
    operation: 'list',
    subject: 'objects',
  };
}

function captureDump(name: string, request: NetlinkRequest, witness: unknown, protocol?: number): void {
  const { connection, received } = connect({}, protocol);
  connection.dump(request);
  connection.close();
  save(name, { datagrams: received.map(hex), witness });
}

function captureAcknowledgements(): void {
  const tooLong = { ifName: 'a-name-of-sixteen' };
  const cases: readonly (readonly [string, NetlinkRequest, boolean?])[] = [
    ['done', createBridge({ ifName: 'br1' })],
    ['refused without a word', createBridge({ ifName: 'br0' })],
    ['refused with the whole request', createBridge({ ifName: 'br0' }), true],
    ['refused in words', createBridge(tooLong)],
    ['refused in words with the whole request', createBridge(tooLong), true],
    ['absent', deleteLink('absent')],
  ];
  const witness = cases.map(([name, request, uncapped]) => {
    const { connection, received, sent } = connect(uncapped ? withoutCappedAcknowledgements() : {});
    const error = refusal(() => connection.send(request));
    connection.close();
    return { name, sent: sent.map(hex), received: received.map(hex), error };
  });
  const { connection, received, sent } = connect();
  const error = refusal(() => connection.dump(read(18, linkMessage, linkChange({}, { ifIndex: 1 }))));
  connection.close();
  witness.push({ name: 'dump refused in words', sent: sent.map(hex), received: received.map(hex), error });
  save('acknowledgements', witness);
}

/** What iproute2 asks the kernel: the kernel itself never sends the other end's message of a veth pair. */
function captureRequests(): void {
  const commands = {
    'create veth pair':
      'ip link add web0 address 02:00:00:00:00:04 mtu 1400 type veth peer name web1 address 02:00:00:00:00:05 netns inside',
    'create bridge': 'ip link add br2 address 02:00:00:00:00:06 type bridge forward_delay 0 stp_state 0',
    'add address': 'ip address add 10.1.3.1/24 broadcast 10.1.3.255 dev br0',
    'add route': 'ip route add 10.7.0.0/16 via 10.1.2.1 dev veth1 metric 30',
    'set neighbor': 'ip neighbor replace 10.1.2.7 lladdr 02:00:00:00:00:07 dev veth1 nud permanent',
  };
  const log = '/run/requests.log';
  run('ip netns add inside');
  const requests = Object.entries(commands).map(([name, command]) => {
    run(`strace -o ${log} -e trace=sendmsg -e write=3 ${command}`);
    return { name, command, sent: longestBuffer(readFileSync(log, 'utf8')) };
  });
  save('requests', requests);
}

/** The longest of the buffers that strace dumped: queries that iproute2 sends first are shorter. */
function longestBuffer(trace: string): string {
  const buffers = trace.split(/^ \* \d+ bytes in buffer.*$/m).slice(1);
  const texts = buffers.map((buffer) =>
    Array.from(buffer.matchAll(/^ \| [0-9a-f]+ {2}([0-9a-f ]{49})/gm), ([, row = '']) =>
      row.replaceAll(' ', ''),
    ).join(''),
  );
  const longest = texts.reduce((a, b) => (b.length > a.length ? b : a), '');
  // ip numbers its requests by the clock.
  return `${longest.slice(0, 16)}00000000${longest.slice(24)}`;
}

function connect(overrides = {}, protocol: number = netlinkProtocols.route) {
  const recorder = recordLinux(linux, overrides);
  const socket = (domain: number, type: number) => {
    const fd = linux.socket(domain, type, protocol);
    linux.bind(fd, Uint8Array.from(Buffer.concat([word(16), word(PORT), word(0)])));
    return fd;
  };
  const { linux: bound, sent, received } = recordLinux(recorder.linux, { socket });
  return { connection: NetlinkConnection.open({ linux: bound, protocol }), sent, received };
}

function withoutCappedAcknowledgements() {
  return {
    setSocketOption: (fd: number, level: number, name: number, value: Uint8Array) => {
      if (name !== NETLINK_CAP_ACK) linux.setSocketOption(fd, level, name, value);
    },
  };
}

function word(value: number): Buffer {
  return Buffer.from(new Uint32Array([value]).buffer);
}

function refusal(call: () => void): string | null {
  try {
    call();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function run(line: string): string {
  const [program = '', ...args] = line.split(' ');
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function json(line: string): unknown[] {
  return JSON.parse(run(line));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function save(name: string, content: unknown): void {
  writeFileSync(new URL(`fixtures/${name}.json`, import.meta.url), `${JSON.stringify(content, null, 1)}\n`);
}
