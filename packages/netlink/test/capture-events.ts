/**
 * Writes `fixtures/events.json`: what this machine's kernel tells of changes that are made for the purpose, as bytes.
 * Run by hand, after `build`, in a namespace that ends with it:
 *
 * ```sh
 * in-private-host node test/capture-events.ts
 * ```
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { DatagramBatch, openLinux } from '@tsnet/linux';
import { netlinkProtocols } from '../src/connection.ts';
import { MulticastSocket, netnsIdOf } from '../src/monitor/multicast-socket.ts';

/** What is changed; the other end of the pair lies in a namespace of its own. */
const changes = `
ip netns add inside
ip link add br0 address 02:00:00:00:00:01 type bridge
ip link add veth0 address 02:00:00:00:00:02 type veth peer name veth1 address 02:00:00:00:00:03 netns inside
ip link set veth0 alias tsnet:one
ip link set veth0 master br0
ip link set veth0 nomaster
ip address add 10.1.2.1/24 dev br0
ip address del 10.1.2.1/24 dev br0
ip -n inside address add 10.1.2.3/24 dev veth1
ip -n inside address add fd00:1::3/64 dev veth1 nodad
ip link set veth0 up
ip -n inside link set veth1 up
ip -n inside route add default via 10.1.2.1 dev veth1
ip -n inside route replace default via 10.1.2.2 dev veth1
ip -n inside route del default
ip -n inside route add default via fd00:1::1 dev veth1
ip -n inside route del default via fd00:1::1
ip -n inside address del 10.1.2.3/24 dev veth1
nft add table inet one
nft add set inet one ports { type inet_service; elements = { 80, 443 }; }
nft delete element inet one ports { 80 }
nft delete table inet one
ip link del veth0
`;

const linux = openLinux();
const batch = new DatagramBatch({ count: 64, length: 1 << 14 });
const sockets = {
  route: MulticastSocket.open({
    linux,
    netns: undefined,
    protocol: netlinkProtocols.route,
    groups: [1, 5, 7, 9, 11],
    everywhere: true,
  }),
  netfilter: MulticastSocket.open({
    linux,
    netns: undefined,
    protocol: netlinkProtocols.netfilter,
    groups: [7],
    everywhere: false,
  }),
};

const captured = changes
  .trim()
  .split('\n')
  .map((line) => {
    const [program = '', ...args] = line.split(' ');
    execFileSync(program, args, { stdio: 'inherit' });
    return { line, datagrams: (['route', 'netfilter'] as const).flatMap(read) };
  });
writeFileSync(new URL('fixtures/events.json', import.meta.url), `${JSON.stringify(captured, null, 1)}\n`);
for (const socket of Object.values(sockets)) socket.close();

/** What a socket has heard since it was read last. */
function read(protocol: keyof typeof sockets) {
  const heard: { readonly protocol: string; readonly netnsId: number | undefined; readonly hex: string }[] =
    [];
  sockets[protocol].read(batch, (datagram) => {
    heard.push({ protocol, netnsId: netnsIdOf(datagram), hex: Buffer.from(datagram.bytes).toString('hex') });
  });
  return heard;
}
