import { IpAddress, type MacAddress } from '@tsnet/inet';

/** 33:33 and the end of {@link ALL_NODES} (RFC 2464 section 7). */
const ALL_NODES_MAC = Uint8Array.of(0x33, 0x33, 0, 0, 0, 1);
const ALL_NODES = IpAddress.parse('ff02::1').toBytes();
const ETHERTYPE_IPV6 = 0x86dd;
const ICMPV6 = 58;
const HOP_LIMIT = 255;
const NEIGHBOR_ADVERTISEMENT = 136;
/** What is known of the address is to be replaced. */
const OVERRIDE = 0x2000_0000;
const TARGET_LINK_LAYER_ADDRESS = 2;

const IP_HEADER = 14;
const SOURCE = IP_HEADER + 8;
const BODY = IP_HEADER + 40;
const BODY_LENGTH = 32;

/**
 * The Ethernet frame (86 bytes, network order) that tells a segment where an IPv6 address is: an unsolicited neighbor
 * advertisement of its holder to all nodes (RFC 4861 sections 4.4 and 7.2.6).
 */
export function unsolicitedAdvertisement(mac: MacAddress, address: IpAddress): Uint8Array {
  const frame = new Uint8Array(BODY + BODY_LENGTH);
  const view = new DataView(frame.buffer);
  frame.set(ALL_NODES_MAC, 0);
  frame.set(mac.toBytes(), 6);
  view.setUint16(12, ETHERTYPE_IPV6);
  view.setUint32(IP_HEADER, 6 << 28);
  view.setUint16(IP_HEADER + 4, BODY_LENGTH);
  view.setUint8(IP_HEADER + 6, ICMPV6);
  view.setUint8(IP_HEADER + 7, HOP_LIMIT);
  frame.set(address.toBytes(), SOURCE);
  frame.set(ALL_NODES, SOURCE + 16);
  view.setUint8(BODY, NEIGHBOR_ADVERTISEMENT);
  view.setUint32(BODY + 4, OVERRIDE);
  frame.set(address.toBytes(), BODY + 8);
  view.setUint8(BODY + 24, TARGET_LINK_LAYER_ADDRESS);
  // In units of eight bytes.
  view.setUint8(BODY + 25, 1);
  frame.set(mac.toBytes(), BODY + 26);
  view.setUint16(BODY + 2, checksum(view));
  return frame;
}

/** Over the addresses, the length, the protocol, and the body with its checksum still zero (RFC 8200 section 8.1). */
function checksum(frame: DataView): number {
  let sum = BODY_LENGTH + ICMPV6;
  for (let offset = SOURCE; offset < frame.byteLength; offset += 2) sum += frame.getUint16(offset);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
