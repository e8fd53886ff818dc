import { type AddressFamily, IpAddress } from '@tsnet/inet';
import { labelsOf, type NameKey, nameKey, relativeTo } from '../wire/name-key.ts';

const domains: Readonly<Record<AddressFamily, NameKey>> = {
  ipv4: nameKey('in-addr.arpa'),
  ipv6: nameKey('ip6.arpa'),
};

const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const NIBBLE = /^[0-9a-f]$/;

/** The name under which the name of an address is asked for (RFC 1035 section 3.5, RFC 3596 section 2.5). */
export function reverseName(address: IpAddress): NameKey {
  const bytes = [...address.toBytes()].reverse();
  const labels =
    address.family === 'ipv4'
      ? bytes.map(String)
      : bytes.flatMap((byte) => [(byte & 15).toString(16), (byte >> 4).toString(16)]);
  const text = labels.map((label) => String.fromCharCode(label.length) + label).join('');
  return text + domains[address.family];
}

/** The address that a name asks for the name of; undefined for any other name. */
export function addressOfReverseName(name: NameKey): IpAddress | undefined {
  const octets = relativeTo(domains.ipv4, name);
  if (octets !== undefined) {
    const labels = labelsOf(octets);
    const bytes = Uint8Array.from(labels.toReversed(), Number);
    const isWhole = labels.length === 4 && labels.every((label) => OCTET.test(label) && Number(label) < 256);
    return isWhole ? IpAddress.fromBytes(bytes) : undefined;
  }
  const nibbles = relativeTo(domains.ipv6, name);
  if (nibbles === undefined) return undefined;
  const labels = labelsOf(nibbles);
  if (labels.length !== 32 || !labels.every((label) => NIBBLE.test(label))) return undefined;
  return IpAddress.fromBytes(Buffer.from(labels.toReversed().join(''), 'hex'));
}
