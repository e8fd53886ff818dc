import type { AddressFamily } from '@tsnet/inet';

/** Address families by the kernel's number (linux/socket.h). */
export const families = { ipv4: 2, ipv6: 10 } as const;

/** The kernel's number of an address family. */
export function familyNumber(family: AddressFamily): number {
  return families[family];
}

/** The address family of a kernel's number, if it is one of IP. */
export function familyOf(number: number): AddressFamily | undefined {
  if (number === families.ipv4) return 'ipv4';
  if (number === families.ipv6) return 'ipv6';
  return undefined;
}
