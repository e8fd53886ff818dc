/** The two kinds of IP address. */
export type AddressFamily = 'ipv4' | 'ipv6';

/** The width of an address in bits. */
export type AddressBits = 32 | 128;

/** How many bits an address of `family` has. */
export function bitsOf(family: AddressFamily): AddressBits {
  return family === 'ipv4' ? 32 : 128;
}

/** The highest address of `family`, as an integer. */
export function highestOf(family: AddressFamily): bigint {
  return family === 'ipv4' ? 0xffff_ffffn : 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_ffffn;
}
