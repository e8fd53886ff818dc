import { InvalidMacAddressError } from './errors.ts';
import { fold } from './fold.ts';
import type { IpAddress } from './ip-address.ts';
import { quote } from './quote.ts';

const derivedFromIpv4 = 0x0a54n << 32n;
const derivedFromIpv6 = 0x0a56n << 32n;

/** A 48-bit Ethernet address: immutable, compared by content. */
export class MacAddress {
  /** The address as an unsigned 48-bit integer, first byte highest. */
  readonly value: bigint;

  private constructor(value: bigint) {
    this.value = value;
    Object.freeze(this);
  }

  /**
   * Reads six pairs of hex digits, of either case, with colons or with hyphens between them.
   *
   * @throws {@link InvalidMacAddressError} that says what is wrong
   */
  static parse(text: string): MacAddress {
    if (typeof text !== 'string') throw new InvalidMacAddressError(text, 'it is not text');
    if (!wellFormed.test(text)) throw new InvalidMacAddressError(text, findFault(text));
    return new MacAddress(BigInt(`0x${text.replaceAll(text.charAt(2), '')}`));
  }

  /**
   * Makes an address from 6 bytes in the order of transmission. The bytes are copied.
   *
   * @throws {@link InvalidMacAddressError} for any other length
   */
  static fromBytes(bytes: Uint8Array): MacAddress {
    if (!(bytes instanceof Uint8Array) || bytes.length !== 6) {
      throw new InvalidMacAddressError(bytes, 'a MAC address has 6 bytes', {
        operation: 'make a MAC address from',
      });
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return new MacAddress((BigInt(view.getUint16(0)) << 32n) | BigInt(view.getUint32(2)));
  }

  /**
   * The MAC address that goes with an IP address: always the same for the same address, locally administered, unicast.
   * A neighbor that still remembers the last holder of the IP address thus remembers the right MAC address.
   *
   * IPv4 gives `0a:54` and the four bytes of the address, so distinct addresses never collide. IPv6 gives `0a:56` and
   * 32 bits folded from all 128. Two IPv6 addresses that share their first 96 bits never collide; any other
   * two do with a chance of 1 in 2^32, which makes 1 % for about 9,300 unrelated addresses on one segment.
   */
  static derive(address: IpAddress): MacAddress {
    return new MacAddress(
      address.family === 'ipv4'
        ? derivedFromIpv4 | address.value
        : derivedFromIpv6 | BigInt(fold(address.value)),
    );
  }

  /** Whether this names a group, the broadcast address included, and not one station. */
  get isMulticast(): boolean {
    return ((this.value >> 40n) & 1n) === 1n;
  }

  /** Whether this was assigned locally and not by a manufacturer (the U/L bit of IEEE 802). */
  get isLocal(): boolean {
    return ((this.value >> 40n) & 2n) === 2n;
  }

  equals(other: MacAddress): boolean {
    return this.value === other.value;
  }

  /** A fresh array of 6 bytes in the order of transmission. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(6);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, Number(this.value >> 32n));
    view.setUint32(2, Number(this.value & 0xffff_ffffn));
    return bytes;
  }

  /** Lower case, with colons: `0a:54:0a:00:00:01`. */
  toString(): string {
    return this.value
      .toString(16)
      .padStart(12, '0')
      .replace(/..(?!$)/g, '$&:');
  }

  /** The same as {@link toString}. */
  toJSON(): string {
    return this.toString();
  }
}

const wellFormed = /^[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}$/i;

function findFault(text: string): string {
  if (text === '') return 'it is empty';
  const separator = text.includes(':') ? ':' : '-';
  const octets = text.split(separator, 7);
  if (octets.length === 1) return 'it has no ":" or "-" between its octets';
  if (octets.length > 6) return 'it has more than 6 octets';
  const faulty = octets.findIndex((octet) => !/^[0-9a-f]{2}$/i.test(octet));
  if (faulty >= 0) return `octet ${faulty + 1}, ${quote(octets[faulty])}, is not two hex digits`;
  return `it has ${octets.length} of 6 octets`;
}
