import { endianness } from 'node:os';
import { InvalidSocketAddressError } from './errors.ts';

/** An IP address and port, as a socket is bound to it. */
export interface SocketAddress {
  readonly family: 'ipv4' | 'ipv6';
  /** Four or sixteen bytes in network order. */
  readonly address: Uint8Array;
  /** 0 to 65535; 0 asks the kernel for a free one. */
  readonly port: number;
  /** The index of the link to which a link-local IPv6 address belongs; absent where there is none. */
  readonly scopeId?: number;
}

/** The address of a netlink socket. */
export interface NetlinkSocketAddress {
  /** Which socket: 0 is the kernel's; to bind to 0 asks the kernel for a free one. */
  readonly portId: number;
  /** The first 32 multicast groups, a bit each. */
  readonly groups: number;
}

/** Where a packet socket sends: a link, by its index. */
export interface LinkSocketAddress {
  readonly ifIndex: number;
}

/** Where a unix socket is found: a file, or an abstract name, which is no file and goes with the socket. */
export type UnixSocketAddress = { readonly path: string } | { readonly abstractName: string };

const AF_UNIX = 1;
/** The size of `sun_path`. */
const UNIX_PATH_SIZE = 108;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const AF_PACKET = 17;
const LITTLE_ENDIAN = endianness() === 'LE';

/**
 * Encodes `struct sockaddr_in` (16 bytes) or `struct sockaddr_in6` (28 bytes): family and scope in host order,
 * port and address in network order, flow label zero (netinet/in.h).
 *
 * @throws {@link InvalidSocketAddressError}
 */
export function encodeSocketAddress({ family, address, port, scopeId = 0 }: SocketAddress): Uint8Array {
  const isIpv4 = family === 'ipv4';
  if (address.length !== (isIpv4 ? 4 : 16))
    throw new InvalidSocketAddressError(`${address.length} bytes of address`);
  if (!isUnsigned(port, 0xffff)) throw new InvalidSocketAddressError(`port ${port}`);
  if (!isUnsigned(scopeId, isIpv4 ? 0 : 0xffffffff)) throw new InvalidSocketAddressError(`scope ${scopeId}`);
  const bytes = new Uint8Array(isIpv4 ? 16 : 28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, isIpv4 ? AF_INET : AF_INET6, LITTLE_ENDIAN);
  view.setUint16(2, port, false);
  bytes.set(address, isIpv4 ? 4 : 8);
  if (!isIpv4) view.setUint32(24, scopeId, LITTLE_ENDIAN);
  return bytes;
}

/**
 * Decodes what {@link encodeSocketAddress} encodes.
 *
 * @throws {@link InvalidSocketAddressError}
 */
export function decodeSocketAddress(bytes: Uint8Array): SocketAddress {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const family = familyOf(view);
  // Copies: `slice` of a Buffer would share its memory.
  if (family === AF_INET && bytes.length >= 16) {
    return { family: 'ipv4', port: view.getUint16(2, false), address: new Uint8Array(bytes.subarray(4, 8)) };
  }
  if (family === AF_INET6 && bytes.length >= 28) {
    const scopeId = view.getUint32(24, LITTLE_ENDIAN);
    const address = new Uint8Array(bytes.subarray(8, 24));
    return {
      family: 'ipv6',
      port: view.getUint16(2, false),
      address,
      ...(scopeId === 0 ? {} : { scopeId }),
    };
  }
  throw unknownAddress(bytes.length, family);
}

/**
 * Encodes `struct sockaddr_nl` (12 bytes), all of it in host order (linux/netlink.h).
 *
 * @throws {@link InvalidSocketAddressError}
 */
export function encodeNetlinkSocketAddress({ portId, groups }: NetlinkSocketAddress): Uint8Array {
  if (!isUnsigned(portId, 0xffffffff)) throw new InvalidSocketAddressError(`port id ${portId}`);
  if (!isUnsigned(groups, 0xffffffff)) throw new InvalidSocketAddressError(`groups ${groups}`);
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_NETLINK, LITTLE_ENDIAN);
  view.setUint32(4, portId, LITTLE_ENDIAN);
  view.setUint32(8, groups, LITTLE_ENDIAN);
  return bytes;
}

/**
 * Decodes what {@link encodeNetlinkSocketAddress} encodes.
 *
 * @throws {@link InvalidSocketAddressError}
 */
export function decodeNetlinkSocketAddress(bytes: Uint8Array): NetlinkSocketAddress {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const family = familyOf(view);
  if (family !== AF_NETLINK || bytes.length < 12) throw unknownAddress(bytes.length, family);
  return { portId: view.getUint32(4, LITTLE_ENDIAN), groups: view.getUint32(8, LITTLE_ENDIAN) };
}

/**
 * Encodes `struct sockaddr_un` (linux/un.h): family in host order, then the path with the zero that ends it, or a zero
 * and the abstract name, which ends where the bytes do.
 *
 * @throws {@link InvalidSocketAddressError} for a path or name that is empty, has more than 107 bytes, or a zero in it.
 */
export function encodeUnixSocketAddress(address: UnixSocketAddress): Uint8Array {
  const isPath = 'path' in address;
  const text = isPath ? address.path : address.abstractName;
  const name = new TextEncoder().encode(text);
  if (name.length === 0) throw new InvalidSocketAddressError('an empty path');
  if (name.length >= UNIX_PATH_SIZE) {
    throw new InvalidSocketAddressError(`${name.length} bytes of path, of at most ${UNIX_PATH_SIZE - 1}`);
  }
  if (name.includes(0)) throw new InvalidSocketAddressError('a zero in the path');
  const bytes = new Uint8Array(2 + name.length + 1);
  new DataView(bytes.buffer).setUint16(0, AF_UNIX, LITTLE_ENDIAN);
  bytes.set(name, isPath ? 2 : 3);
  return bytes;
}

/**
 * Decodes what {@link encodeUnixSocketAddress} encodes; undefined for a socket that was bound to nothing.
 *
 * @throws {@link InvalidSocketAddressError}
 */
export function decodeUnixSocketAddress(bytes: Uint8Array): UnixSocketAddress | undefined {
  const family = familyOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  if (family !== AF_UNIX) throw unknownAddress(bytes.length, family);
  const name = bytes.subarray(2);
  if (name.length === 0) return undefined;
  if (name[0] === 0) return { abstractName: new TextDecoder().decode(name.subarray(1)) };
  // The kernel tells the zero with it, where there was room for one.
  const end = name.indexOf(0);
  return { path: new TextDecoder().decode(end < 0 ? name : name.subarray(0, end)) };
}

/**
 * Encodes `struct sockaddr_ll` (20 bytes) for sending whole frames: the index in host order, no protocol and no address,
 * which stand in the frame (linux/if_packet.h).
 *
 * @throws {@link InvalidSocketAddressError}
 */
export function encodeLinkSocketAddress({ ifIndex }: LinkSocketAddress): Uint8Array {
  if (!isUnsigned(ifIndex, 0x7fffffff)) throw new InvalidSocketAddressError(`index ${ifIndex}`);
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_PACKET, LITTLE_ENDIAN);
  view.setInt32(4, ifIndex, LITTLE_ENDIAN);
  return bytes;
}

function familyOf(view: DataView): number | undefined {
  return view.byteLength < 2 ? undefined : view.getUint16(0, LITTLE_ENDIAN);
}

function isUnsigned(value: number, highest: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= highest;
}

function unknownAddress(length: number, family: number | undefined): InvalidSocketAddressError {
  return new InvalidSocketAddressError(`${length} bytes of family ${family ?? 'unknown'}`);
}
