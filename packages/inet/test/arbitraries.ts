import fc from 'fast-check';
import { IpAddress } from '../src/ip-address.ts';
import { IpPrefix, IpRange } from '../src/ip-block.ts';

/** Any IPv4 address. */
export const ipv4 = fc.bigInt(0n, 2n ** 32n - 1n).map((value) => IpAddress.of('ipv4', value));

/** Any IPv6 address, with many zero groups, so that `::` has work to do. */
export const ipv6 = fc
  .array(fc.oneof(fc.constant(0n), fc.constant(0xffffn), fc.bigInt(0n, 0xffffn)), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) =>
    IpAddress.of(
      'ipv6',
      groups.reduce((value, group) => (value << 16n) | group, 0n),
    ),
  );

/** Any address. */
export const address = fc.oneof(ipv4, ipv6);

/** Any prefix, with or without host bits. */
export const prefix = address.chain((base) =>
  fc.integer({ min: 0, max: base.bits }).map((length) => IpPrefix.of(base, length)),
);

/** Any range, of either family. */
export const range = fc
  .oneof(fc.tuple(ipv4, ipv4), fc.tuple(ipv6, ipv6))
  .map(([one, two]) => (one.compare(two) <= 0 ? IpRange.of(one, two) : IpRange.of(two, one)));
