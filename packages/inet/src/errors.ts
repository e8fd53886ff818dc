import { TsnetError } from '@tsnet/errors';
import { quote } from './quote.ts';

/** What an error about something given may add to its usual wording. */
export interface FaultOptions {
  /** The verb that failed, when it is not parsing. */
  readonly operation?: string;
  readonly cause?: unknown;
}

/** The text, bytes or integer given is not an IP address. Code `INET_ADDRESS_INVALID`. */
export class InvalidAddressError extends TsnetError {
  constructor(given: unknown, reason: string, options: FaultOptions = {}) {
    super({
      code: 'INET_ADDRESS_INVALID',
      kind: 'invalid',
      operation: options.operation ?? 'parse address',
      subject: quote(given),
      reason,
      hint: 'Write an IPv4 address as 10.0.0.1 or an IPv6 address as fd00::1.',
      cause: options.cause,
    });
  }
}

/** The text or length given is not an address with a prefix length. Code `INET_PREFIX_INVALID`. */
export class InvalidPrefixError extends TsnetError {
  constructor(given: unknown, reason: string, options: FaultOptions = {}) {
    super({
      code: 'INET_PREFIX_INVALID',
      kind: 'invalid',
      operation: options.operation ?? 'parse prefix',
      subject: quote(given),
      reason,
      hint: 'Write an address, a slash and a length, as in 10.0.0.0/24 or fd00::/64.',
      cause: options.cause,
    });
  }
}

/** The text or the two ends given do not make a range. Code `INET_RANGE_INVALID`. */
export class InvalidRangeError extends TsnetError {
  constructor(given: unknown, reason: string, options: FaultOptions = {}) {
    super({
      code: 'INET_RANGE_INVALID',
      kind: 'invalid',
      operation: options.operation ?? 'parse range',
      subject: quote(given),
      reason,
      hint: 'Write 10.0.0.10-10.0.0.20 for a range, 10.0.0.10 for one address, or 10.0.0.0/24 for a network.',
      cause: options.cause,
    });
  }
}

/** The text or bytes given are not a MAC address. Code `INET_MAC_INVALID`. */
export class InvalidMacAddressError extends TsnetError {
  constructor(given: unknown, reason: string, options: FaultOptions = {}) {
    super({
      code: 'INET_MAC_INVALID',
      kind: 'invalid',
      operation: options.operation ?? 'parse MAC address',
      subject: quote(given),
      reason,
      hint: 'Write six pairs of hex digits, as in 02:42:ac:11:00:02.',
      cause: options.cause,
    });
  }
}

/** Arithmetic left the family's address space, or the prefix it had to stay in. Code `INET_ADDRESS_OUT_OF_RANGE`. */
export class AddressOutOfRangeError extends TsnetError {
  constructor(operation: string, subject: string, reason: string, hint: string) {
    super({ code: 'INET_ADDRESS_OUT_OF_RANGE', kind: 'invalid', operation, subject, reason, hint });
  }
}
