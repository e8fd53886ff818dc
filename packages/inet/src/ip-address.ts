import { type AddressBits, type AddressFamily, bitsOf, highestOf } from './address-family.ts';
import { AddressOutOfRangeError, InvalidAddressError } from './errors.ts';
import { formatIpv4, parseIpv4 } from './ipv4-text.ts';
import { formatIpv6, parseIpv6 } from './ipv6-text.ts';
import { quote } from './quote.ts';

/**
 * An IPv4 or IPv6 address: immutable, compared by content. The text form is canonical, so it serves as a map key.
 *
 * An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is an IPv6 address in every respect but its text.
 */
export class IpAddress {
  readonly family: AddressFamily;
  /** The address as an unsigned integer of {@link bits} bits. */
  readonly value: bigint;
  #text: string | undefined;

  private constructor(family: AddressFamily, value: bigint) {
    this.family = family;
    this.value = value;
    Object.freeze(this);
  }

  /**
   * Reads an address, strictly: IPv4 as four decimal octets without leading zeros, IPv6 in any form of RFC 4291
   * section 2.2. Zone ids, prefix lengths, brackets and blanks are refused.
   *
   * @throws {@link InvalidAddressError} that says what is wrong
   */
  static parse(text: string): IpAddress {
    if (typeof text !== 'string') throw new InvalidAddressError(text, 'it is not text');
    return text.includes(':')
      ? new IpAddress('ipv6', parseIpv6(text))
      : new IpAddress('ipv4', BigInt(parseIpv4(text)));
  }

  /**
   * Makes an address from its integer.
   *
   * @throws {@link AddressOutOfRangeError} if `value` is negative or too wide for the family
   * @throws {@link InvalidAddressError} if the arguments are not a family and a bigint
   */
  static of(family: AddressFamily, value: bigint): IpAddress {
    const operation = 'make an address from';
    if (family !== 'ipv4' && family !== 'ipv6') {
      throw new InvalidAddressError(family, 'it is neither "ipv4" nor "ipv6"', { operation });
    }
    if (typeof value !== 'bigint') throw new InvalidAddressError(value, 'it is not a bigint', { operation });
    if (value < 0n || value > highestOf(family)) {
      throw new AddressOutOfRangeError(
        operation,
        quote(value),
        `${family} addresses run from 0 to ${highestOf(family)}`,
        'Give an integer inside those bounds, or the other family.',
      );
    }
    return new IpAddress(family, value);
  }

  /**
   * Makes an address from 4 (IPv4) or 16 (IPv6) bytes in network order. The bytes are copied.
   *
   * @throws {@link InvalidAddressError} for any other length
   */
  static fromBytes(bytes: Uint8Array): IpAddress {
    if (!(bytes instanceof Uint8Array) || (bytes.length !== 4 && bytes.length !== 16)) {
      throw new InvalidAddressError(bytes, 'an address has 4 or 16 bytes', {
        operation: 'make an address from',
      });
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length === 4) return new IpAddress('ipv4', BigInt(view.getUint32(0)));
    return new IpAddress('ipv6', (view.getBigUint64(0) << 64n) | view.getBigUint64(8));
  }

  /** The width of the address: 32 or 128 bits. */
  get bits(): AddressBits {
    return bitsOf(this.family);
  }

  /** Whether this is `0.0.0.0` or `::`. */
  get isUnspecified(): boolean {
    return this.value === 0n;
  }

  /** Whether this lies in `127.0.0.0/8` (RFC 1122) or is `::1` (RFC 4291). */
  get isLoopback(): boolean {
    return this.family === 'ipv4' ? this.value >> 24n === 127n : this.value === 1n;
  }

  /** Whether this lies in `169.254.0.0/16` (RFC 3927) or `fe80::/10` (RFC 4291). */
  get isLinkLocal(): boolean {
    return this.family === 'ipv4' ? this.value >> 16n === 0xa9fen : this.value >> 118n === 0x3fan;
  }

  /** Whether this lies in `224.0.0.0/4` (RFC 5771) or `ff00::/8` (RFC 4291). */
  get isMulticast(): boolean {
    return this.family === 'ipv4' ? this.value >> 28n === 0xen : this.value >> 120n === 0xffn;
  }

  /** Whether this lies in a private block of RFC 1918, or in `fc00::/7` (RFC 4193). */
  get isPrivate(): boolean {
    if (this.family === 'ipv6') return this.value >> 121n === 0x7en;
    return this.value >> 24n === 10n || this.value >> 20n === 0xac1n || this.value >> 16n === 0xc0a8n;
  }

  /**
   * The address `n` further on, or back when `n` is negative.
   *
   * @throws {@link AddressOutOfRangeError} past either end of the family
   */
  add(n: bigint): IpAddress {
    if (typeof n !== 'bigint')
      throw new InvalidAddressError(n, 'it is not a bigint', { operation: `add to ${this}` });
    const value = this.value + n;
    if (value < 0n || value > highestOf(this.family)) {
      throw new AddressOutOfRangeError(
        'add',
        `${quote(n)} to ${this}`,
        `the sum lies ${n < 0n ? 'before the first' : 'after the last'} ${this.family} address`,
        'Check that the offset fits before adding it.',
      );
    }
    return new IpAddress(this.family, value);
  }

  equals(other: IpAddress): boolean {
    return this.value === other.value && this.family === other.family;
  }

  /** Negative, zero or positive, as `sort` wants it. IPv4 sorts before IPv6, then by value. */
  compare(other: IpAddress): number {
    if (this.family !== other.family) return this.family === 'ipv4' ? -1 : 1;
    if (this.value === other.value) return 0;
    return this.value < other.value ? -1 : 1;
  }

  /** A fresh array of 4 or 16 bytes in network order. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.bits / 8);
    const view = new DataView(bytes.buffer);
    if (this.family === 'ipv4') {
      view.setUint32(0, Number(this.value));
    } else {
      view.setBigUint64(0, this.value >> 64n);
      view.setBigUint64(8, BigInt.asUintN(64, this.value));
    }
    return bytes;
  }

  /** The canonical text: dotted decimal, or RFC 5952 with IPv4-mapped addresses as `::ffff:10.0.0.1`. */
  toString(): string {
    this.#text ??= this.family === 'ipv4' ? formatIpv4(Number(this.value)) : formatIpv6(this.value);
    return this.#text;
  }

  /** The same as {@link toString}. */
  toJSON(): string {
    return this.toString();
  }
}
