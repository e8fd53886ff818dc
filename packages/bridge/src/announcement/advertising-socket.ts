import { endianness } from 'node:os';
import { IpAddress } from '@tsnet/inet';
import { encodeSocketAddress, inNetns, type Linux } from '@tsnet/linux';
import type { Netns } from '@tsnet/netns';

const AF_INET6 = 10;
const SOCK_RAW = 3;
const IPPROTO_ICMPV6 = 58;
const SOL_SOCKET = 1;
const SO_BINDTOIFINDEX = 62;
const IPPROTO_IPV6 = 41;
const IPV6_MULTICAST_HOPS = 18;
const IPV6_MULTICAST_LOOP = 19;
const IPV6_JOIN_GROUP = 20;
/** Neighbors believe nothing that may have come through a router (RFC 4861 section 7.1.2). */
const HOP_LIMIT = 255;

/** All nodes of a segment: `ff02::1`. */
export const allNodes: Uint8Array = encodeSocketAddress({
  family: 'ipv6',
  address: IpAddress.parse('ff02::1').toBytes(),
  port: 0,
});

/**
 * Opens a socket that sends ICMPv6 messages from an address of a sandbox over one of its links. From then on who asks for
 * the address is answered: the kernel itself joins the group of those who are asked in the background, and on a machine
 * that is busy the first question would be lost, and repeated a second later. Needs CAP_NET_RAW.
 *
 * @param ifIndex - of the link, in the sandbox.
 * @throws {@link SystemCallError}
 */
export function openAdvertisingSocket(
  linux: Linux,
  sandbox: Netns,
  ifIndex: number,
  from: IpAddress,
): number {
  const fd = inNetns(linux, sandbox.fd, () => linux.socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6));
  try {
    linux.setSocketOption(fd, SOL_SOCKET, SO_BINDTOIFINDEX, integer(ifIndex));
    linux.setSocketOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, integer(HOP_LIMIT));
    linux.setSocketOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, integer(0));
    linux.setSocketOption(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, membership(solicitedNode(from), ifIndex));
    linux.bind(fd, encodeSocketAddress({ family: 'ipv6', address: from.toBytes(), port: 0 }));
    return fd;
  } catch (error) {
    linux.close(fd);
    throw error;
  }
}

/** The group in which the holders of like addresses are asked for (RFC 4291 section 2.7.1). */
function solicitedNode(address: IpAddress): Uint8Array {
  const group = IpAddress.parse('ff02::1:ff00:0').toBytes();
  group.set(address.toBytes().subarray(13), 13);
  return group;
}

/** struct ipv6_mreq. */
function membership(group: Uint8Array, ifIndex: number): Uint8Array {
  const bytes = new Uint8Array(20);
  bytes.set(group, 0);
  bytes.set(integer(ifIndex), 16);
  return bytes;
}

function integer(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, endianness() === 'LE');
  return bytes;
}
