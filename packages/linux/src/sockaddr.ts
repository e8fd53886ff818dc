import { endianness } from 'node:os';
import { InvalidSocketAddressError } from './errors.ts';

/** An IP address and port, as a socket is bound to it. */
export interface SocketAddress {
  readonly family: 'ipv4' | 'ipv6';
  /** Four or sixteen bytes in network order. */
  readonly address: Uint8Array;
  /** 0 to 65535; 0 asks the kernel for a free one. */
  readonly port: number;
}

const AF_INET = 2;
const AF_INET6 = 10;
const LITTLE_ENDIAN = endianness() === 'LE';

/**
 * Encodes `struct sockaddr_in` (16 bytes) or `struct sockaddr_in6` (28 bytes): the family in host order,
 * port and address in network order, flow label and scope zero (netinet/in.h).
 */
export function encodeSocketAddress({ family, address, port }: SocketAddress): Uint8Array {
  const isIpv4 = family === 'ipv4';
  if (address.length !== (isIpv4 ? 4 : 16))
    throw new InvalidSocketAddressError(`${address.length} bytes of address`);
  const bytes = new Uint8Array(isIpv4 ? 16 : 28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, isIpv4 ? AF_INET : AF_INET6, LITTLE_ENDIAN);
  view.setUint16(2, port, false);
  bytes.set(address, isIpv4 ? 4 : 8);
  return bytes;
}

/** Decodes what {@link encodeSocketAddress} encodes. @throws {@link InvalidSocketAddressError} */
export function decodeSocketAddress(bytes: Uint8Array): SocketAddress {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const family = bytes.length < 2 ? undefined : view.getUint16(0, LITTLE_ENDIAN);
  if (family === AF_INET && bytes.length >= 8) {
    return { family: 'ipv4', port: view.getUint16(2, false), address: bytes.slice(4, 8) };
  }
  if (family === AF_INET6 && bytes.length >= 24) {
    return { family: 'ipv6', port: view.getUint16(2, false), address: bytes.slice(8, 24) };
  }
  throw new InvalidSocketAddressError(`${bytes.length} bytes of family ${family ?? 'unknown'}`);
}
