/**
 * IP addresses, prefixes, ranges and MAC addresses as immutable values that compare by content.
 *
 * ```ts
 * import { IpAddress, IpPrefix, MacAddress } from '@tsnet/inet';
 *
 * const pool = IpPrefix.parse('10.1.0.0/16');
 * const address = pool.at(258n);
 *
 * String(address); // 10.1.1.2
 * pool.contains(IpAddress.parse('10.2.0.1')); // false
 * String(MacAddress.derive(address)); // 0a:54:0a:01:01:02
 * ```
 *
 * @packageDocumentation
 */
export type { AddressBits, AddressFamily } from './address-family.ts';
export {
  AddressOutOfRangeError,
  type FaultOptions,
  InvalidAddressError,
  InvalidMacAddressError,
  InvalidPrefixError,
  InvalidRangeError,
} from './errors.ts';
export { IpAddress } from './ip-address.ts';
export { IpPrefix, IpRange } from './ip-block.ts';
export { MacAddress } from './mac-address.ts';
