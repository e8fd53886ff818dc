import type { IpAddress, MacAddress } from '@tsnet/inet';

const BROADCAST = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
const ETHERTYPE_ARP = 0x0806;
const ETHERNET = 1;
const ETHERTYPE_IPV4 = 0x0800;
const REQUEST = 1;

/**
 * The Ethernet frame (42 bytes, network order) that tells a segment where an IPv4 address is: an ARP request for it by
 * its own holder (RFC 826, RFC 5227 section 3). Who knows the address takes over its MAC address.
 */
export function gratuitousArp(mac: MacAddress, address: IpAddress): Uint8Array {
  const frame = new Uint8Array(42);
  const view = new DataView(frame.buffer);
  frame.set(BROADCAST, 0);
  frame.set(mac.toBytes(), 6);
  view.setUint16(12, ETHERTYPE_ARP);
  view.setUint16(14, ETHERNET);
  view.setUint16(16, ETHERTYPE_IPV4);
  view.setUint8(18, 6);
  view.setUint8(19, 4);
  view.setUint16(20, REQUEST);
  frame.set(mac.toBytes(), 22);
  frame.set(address.toBytes(), 28);
  // The address that is asked for; whose MAC address it is stays empty in a question.
  frame.set(address.toBytes(), 38);
  return frame;
}
