import { endianness } from 'node:os';
import type { IpAddress } from '@tsnet/inet';
import { encodeSocketAddress, inNetns, type Linux, SystemCallError } from '@tsnet/linux';
import { ListenError } from './errors.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_RCVBUF = 8;
const IPPROTO_IP = 0;
const IP_FREEBIND = 15;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const IPV6_FREEBIND = 78;
const BACKLOG = 128;
/** Holds some thousand queries while the thread is busy with something else. */
const RECEIVE_BUFFER = 1 << 20;

/** Two sockets on one address and port; whoever has them closes them. */
export interface ListeningSockets {
  readonly udp: number;
  readonly tcp: number;
}

/**
 * Opens sockets in a network namespace, for good: they are bound whether or not a link has the address already, and stay
 * bound while it has it no more. Node would open its own later, after the thread has left the namespace. Needs
 * CAP_SYS_ADMIN for another namespace, and CAP_NET_BIND_SERVICE for a port below 1024.
 *
 * @throws {@link ListenError}
 */
export function openListeningSockets(
  linux: Linux,
  netns: number | undefined,
  address: IpAddress,
  port: number,
): ListeningSockets {
  const where = `${address.family === 'ipv6' ? `[${address}]` : address}:${port}`;
  const udp = openSocket(linux, netns, SOCK_DGRAM, address, port, `${where}, UDP`);
  try {
    return { udp, tcp: openSocket(linux, netns, SOCK_STREAM, address, port, `${where}, TCP`) };
  } catch (error) {
    linux.close(udp);
    throw error;
  }
}

function openSocket(
  linux: Linux,
  netns: number | undefined,
  type: number,
  address: IpAddress,
  port: number,
  subject: string,
): number {
  let fd: number | undefined;
  try {
    const isIpv6 = address.family === 'ipv6';
    fd = inNetns(linux, netns, () => linux.socket(isIpv6 ? AF_INET6 : AF_INET, type | SOCK_NONBLOCK, 0));
    if (isIpv6) {
      linux.setSocketOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, integer(1));
      linux.setSocketOption(fd, IPPROTO_IPV6, IPV6_FREEBIND, integer(1));
    } else {
      linux.setSocketOption(fd, IPPROTO_IP, IP_FREEBIND, integer(1));
    }
    // With it, UDP would share the port with whoever sets it too.
    if (type === SOCK_STREAM) linux.setSocketOption(fd, SOL_SOCKET, SO_REUSEADDR, integer(1));
    else linux.setSocketOption(fd, SOL_SOCKET, SO_RCVBUF, integer(RECEIVE_BUFFER));
    linux.bind(fd, encodeSocketAddress({ family: address.family, address: address.toBytes(), port }));
    if (type === SOCK_STREAM) linux.listen(fd, BACKLOG);
    return fd;
  } catch (error) {
    if (fd !== undefined) linux.close(fd);
    throw error instanceof SystemCallError ? new ListenError(subject, error) : error;
  }
}

function integer(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, endianness() === 'LE');
  return bytes;
}
