import { type AddressFamily, highestOf } from './address-family.ts';
import {
  AddressOutOfRangeError,
  InvalidAddressError,
  InvalidPrefixError,
  InvalidRangeError,
} from './errors.ts';
import { IpAddress } from './ip-address.ts';
import { parsePrefix } from './prefix-text.ts';
import { quote } from './quote.ts';

// Prefix and range are the two forms of one idea, a block of addresses. Each turns into the other, so they share a file.

/**
 * An address and a prefix length: immutable, compared by content. The address may have host bits, as the address
 * of a link has (`10.0.0.1/24`); {@link network} is the same prefix without them.
 */
export class IpPrefix {
  readonly address: IpAddress;
  readonly length: number;
  readonly #hostMask: bigint;

  private constructor(address: IpAddress, length: number) {
    this.address = address;
    this.length = length;
    this.#hostMask = highestOf(address.family) >> BigInt(length);
    Object.freeze(this);
  }

  /**
   * Reads `ADDRESS/LENGTH`, as strictly as {@link IpAddress.parse}. The length is required and decimal.
   *
   * @throws {@link InvalidPrefixError} that says what is wrong
   */
  static parse(text: string): IpPrefix {
    const { address, length } = parsePrefix(text);
    return new IpPrefix(address, length);
  }

  /**
   * Puts an address and a length together.
   *
   * @throws {@link InvalidPrefixError} if `length` is not an integer from 0 to the width of the address
   */
  static of(address: IpAddress, length: number): IpPrefix {
    if (!Number.isInteger(length) || length < 0 || length > address.bits) {
      throw new InvalidPrefixError(
        `${address}/${String(length)}`,
        `prefix length ${quote(length)} is not an integer from 0 to ${address.bits}`,
        { operation: 'make prefix' },
      );
    }
    // Minus zero passes every test above and is not the same content as zero.
    return new IpPrefix(address, length + 0);
  }

  get family(): AddressFamily {
    return this.address.family;
  }

  /** Whether the address has no host bits, so that this names a whole network. */
  get isNetwork(): boolean {
    return (this.address.value & this.#hostMask) === 0n;
  }

  /** The same prefix with the host bits cleared. */
  get network(): IpPrefix {
    return this.isNetwork ? this : new IpPrefix(this.first, this.length);
  }

  /** The lowest address, all host bits clear. */
  get first(): IpAddress {
    return this.isNetwork ? this.address : IpAddress.of(this.family, this.address.value & ~this.#hostMask);
  }

  /** The highest address, all host bits set. */
  get last(): IpAddress {
    return IpAddress.of(this.family, this.address.value | this.#hostMask);
  }

  /** How many addresses there are, the first and the last included. */
  get size(): bigint {
    return this.#hostMask + 1n;
  }

  /** All the addresses, from {@link first} to {@link last}. */
  get range(): IpRange {
    return IpRange.of(this.first, this.last);
  }

  /** Whether `other` lies wholly inside. Never so across families. */
  contains(other: IpAddress | IpPrefix): boolean {
    if (other instanceof IpPrefix) return other.length >= this.length && this.contains(other.address);
    return other.family === this.family && (this.address.value ^ other.value) <= this.#hostMask;
  }

  /** Whether any address lies in both: of two prefixes that meet, one contains the other. */
  overlaps(other: IpPrefix): boolean {
    return this.length <= other.length ? this.contains(other) : other.contains(this);
  }

  /** Whether address and length are both the same; host bits count. */
  equals(other: IpPrefix): boolean {
    return this.length === other.length && this.address.equals(other.address);
  }

  /** Orders by address, then the shorter length (the larger network) first. */
  compare(other: IpPrefix): number {
    return this.address.compare(other.address) || this.length - other.length;
  }

  /**
   * The address at `offset` from {@link first}.
   *
   * @throws {@link AddressOutOfRangeError} if `offset` is not from 0 to {@link size} - 1
   */
  at(offset: bigint): IpAddress {
    if (typeof offset !== 'bigint' || offset < 0n || offset > this.#hostMask) {
      throw new AddressOutOfRangeError(
        'take',
        `address ${quote(offset)} of ${this.network}`,
        `offsets run from 0 to ${this.#hostMask}`,
        'Give a bigint inside those bounds.',
      );
    }
    return IpAddress.of(this.family, this.first.value + offset);
  }

  /**
   * How far `address` is from {@link first}; the inverse of {@link at}.
   *
   * @throws {@link AddressOutOfRangeError} if `address` lies outside
   */
  offsetOf(address: IpAddress): bigint {
    if (!this.contains(address)) {
      throw new AddressOutOfRangeError(
        'find the offset of',
        `${address} in ${this.network}`,
        'the address lies outside',
        `Give an address from ${this.first} to ${this.last}.`,
      );
    }
    return address.value & this.#hostMask;
  }

  toString(): string {
    return `${this.address}/${this.length}`;
  }

  /** The same as {@link toString}. */
  toJSON(): string {
    return this.toString();
  }
}

/** All the addresses from a first to a last one, both included: immutable, compared by content, never empty. */
export class IpRange {
  readonly first: IpAddress;
  readonly last: IpAddress;

  private constructor(first: IpAddress, last: IpAddress) {
    this.first = first;
    this.last = last;
    Object.freeze(this);
  }

  /**
   * Reads `FIRST-LAST`, one address, or a network in prefix form. A prefix with host bits is refused: it leaves
   * open whether the one address or the whole network is meant.
   *
   * @throws {@link InvalidRangeError} that says what is wrong
   */
  static parse(text: string): IpRange {
    if (typeof text !== 'string') throw new InvalidRangeError(text, 'it is not text');
    try {
      return parseForm(text);
    } catch (error) {
      if (error instanceof InvalidAddressError || error instanceof InvalidPrefixError) {
        throw new InvalidRangeError(text, error.reason, { cause: error });
      }
      throw error;
    }
  }

  /**
   * Makes the range from `first` to `last`.
   *
   * @throws {@link InvalidRangeError} if the families differ, or if `last` comes before `first`
   */
  static of(first: IpAddress, last: IpAddress): IpRange {
    const fault = findFault(first, last);
    if (fault !== undefined)
      throw new InvalidRangeError(`${first}-${last}`, fault, { operation: 'make range' });
    return new IpRange(first, last);
  }

  get family(): AddressFamily {
    return this.first.family;
  }

  /** How many addresses there are, both ends included. */
  get size(): bigint {
    return this.last.value - this.first.value + 1n;
  }

  /** Whether `other` lies wholly inside. Never so across families. */
  contains(other: IpAddress | IpRange): boolean {
    if (other instanceof IpRange) return this.contains(other.first) && this.contains(other.last);
    return other.family === this.family && other.value >= this.first.value && other.value <= this.last.value;
  }

  /** Whether any address lies in both. */
  overlaps(other: IpRange): boolean {
    return (
      other.family === this.family &&
      other.first.value <= this.last.value &&
      this.first.value <= other.last.value
    );
  }

  equals(other: IpRange): boolean {
    return this.first.equals(other.first) && this.last.equals(other.last);
  }

  /** The fewest networks that together hold these addresses and no others, in ascending order. */
  toPrefixes(): IpPrefix[] {
    const { bits } = this.first;
    const prefixes: IpPrefix[] = [];
    for (let start = this.first.value; start <= this.last.value; ) {
      let hostBits = 0;
      let size = 1n;
      // Double the block while its start stays aligned and its end stays inside.
      while (hostBits < bits && (start & size) === 0n && start + 2n * size - 1n <= this.last.value) {
        hostBits++;
        size *= 2n;
      }
      prefixes.push(IpPrefix.of(IpAddress.of(this.family, start), bits - hostBits));
      start += size;
    }
    return prefixes;
  }

  /** `FIRST-LAST`, or the address alone when there is only one. */
  toString(): string {
    return this.first.equals(this.last) ? this.first.toString() : `${this.first}-${this.last}`;
  }

  /** The same as {@link toString}. */
  toJSON(): string {
    return this.toString();
  }
}

function parseForm(text: string): IpRange {
  const dash = text.indexOf('-');
  if (dash >= 0) {
    const first = IpAddress.parse(text.slice(0, dash));
    const last = IpAddress.parse(text.slice(dash + 1));
    const fault = findFault(first, last);
    if (fault !== undefined) throw new InvalidRangeError(text, fault);
    return IpRange.of(first, last);
  }
  if (text.includes('/')) {
    const prefix = IpPrefix.parse(text);
    if (!prefix.isNetwork)
      throw new InvalidRangeError(text, `it has host bits; the network is ${prefix.network}`);
    return prefix.range;
  }
  const only = IpAddress.parse(text);
  return IpRange.of(only, only);
}

function findFault(first: IpAddress, last: IpAddress): string | undefined {
  if (first.family !== last.family) return 'its ends are of different families';
  return last.value < first.value ? 'the last address comes before the first' : undefined;
}
