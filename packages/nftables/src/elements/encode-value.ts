import { type AddressFamily, IpAddress, IpPrefix, MacAddress } from '@tsnet/inet';
import { ByteWriter } from '@tsnet/netlink';
import type { NftType } from '../command.ts';
import type { NftValue } from '../value.ts';

/** The least and the greatest value that a field stands for; the same one twice for an exact value. */
export interface FieldBytes {
  readonly first: Uint8Array;
  readonly last: Uint8Array;
}

type Encoder = (value: NftValue) => FieldBytes | undefined;

/** IFNAMSIZ: a link's name is compared with all of it, filled up with zeros. */
const LINK_NAME_LENGTH = 16;

const encoders: Readonly<Partial<Record<NftType, Encoder>>> = {
  ipv4_addr: (value) => encodeAddresses('ipv4', value),
  ipv6_addr: (value) => encodeAddresses('ipv6', value),
  ether_addr: (value) => (value.type === 'mac' ? exactly(MacAddress.parse(value.mac).toBytes()) : undefined),
  inet_proto: (value) => (value.type === 'protocol' ? exactly(Uint8Array.of(value.protocol)) : undefined),
  inet_service: encodePorts,
  ifname: (value) => (value.type === 'link' ? exactly(linkNameBytes(value.name)) : undefined),
  // Host byte order.
  mark: (value) => (value.type === 'mark' ? exactly(written((writer) => writer.u32(value.mark))) : undefined),
};

/**
 * The bytes of one field of a set's key, or of what a map gives. Undefined for a value that is not of that type, and
 * for those whose bytes nft derives in a way of its own.
 */
export function encodeField(type: NftType, value: NftValue): FieldBytes | undefined {
  return encoders[type]?.(value);
}

function encodeAddresses(family: AddressFamily, value: NftValue): FieldBytes | undefined {
  switch (value.type) {
    case 'address': {
      const address = IpAddress.parse(value.address);
      return address.family === family ? exactly(address.toBytes()) : undefined;
    }
    case 'prefix': {
      const prefix = IpPrefix.of(IpAddress.parse(value.address), value.length);
      if (prefix.family !== family || !prefix.isNetwork) return undefined;
      return { first: prefix.first.toBytes(), last: prefix.last.toBytes() };
    }
    case 'address-range': {
      const first = IpAddress.parse(value.first);
      if (first.family !== family) return undefined;
      return { first: first.toBytes(), last: IpAddress.parse(value.last).toBytes() };
    }
    default:
      return undefined;
  }
}

/** Network byte order. */
function encodePorts(value: NftValue): FieldBytes | undefined {
  if (value.type === 'port') return exactly(portBytes(value.port));
  if (value.type !== 'port-range') return undefined;
  return { first: portBytes(value.first), last: portBytes(value.last) };
}

function portBytes(port: number): Uint8Array {
  return Uint8Array.of(port >> 8, port);
}

function linkNameBytes(name: string): Uint8Array {
  const bytes = new Uint8Array(LINK_NAME_LENGTH);
  encoder.encodeInto(name, bytes);
  return bytes;
}

function exactly(bytes: Uint8Array): FieldBytes {
  return { first: bytes, last: bytes };
}

function written(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter(4);
  write(writer);
  return writer.bytes;
}

const encoder = new TextEncoder();
