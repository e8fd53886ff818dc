import type { IpAddress, MacAddress } from '@tsnet/inet';

const NEIGHBOR_ADVERTISEMENT = 136;
/** What is known of the address is to be replaced. */
const OVERRIDE = 0x2000_0000;
const TARGET_LINK_LAYER_ADDRESS = 2;

/**
 * The ICMPv6 message (32 bytes, network order) that tells a segment where an IPv6 address is: an unsolicited neighbor
 * advertisement (RFC 4861 sections 4.4 and 7.2.6). Its checksum is the sending socket's to fill in.
 */
export function neighborAdvertisement(mac: MacAddress, address: IpAddress): Uint8Array {
  const message = new Uint8Array(32);
  const view = new DataView(message.buffer);
  view.setUint8(0, NEIGHBOR_ADVERTISEMENT);
  view.setUint32(4, OVERRIDE);
  message.set(address.toBytes(), 8);
  view.setUint8(24, TARGET_LINK_LAYER_ADDRESS);
  // In units of eight bytes.
  view.setUint8(25, 1);
  message.set(mac.toBytes(), 26);
  return message;
}
