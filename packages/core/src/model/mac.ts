import type { MacAddress } from '@tsnet/inet';

/** Whether a MAC address is one that tsnet derives from an IP address: {@link MacAddress.derive}. */
export function isDerivedMac({ value }: MacAddress): boolean {
  const start = value >> 32n;
  return start === 0x0a54n || start === 0x0a56n;
}
