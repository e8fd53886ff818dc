import { InvalidAddressError } from './errors.ts';
import { shorten } from './quote.ts';
import { unexpected } from './unexpected.ts';

const dot = 46;
const zero = 48;
const nine = 57;

/**
 * Reads dotted decimal from index `from` of `text` to its end, as an unsigned 32-bit integer. Four octets, each without
 * leading zeros: some readers take `010` for eight. Stops at the first fault, so long text costs nothing.
 *
 * @throws {@link InvalidAddressError} that names the whole of `text`
 */
export function parseIpv4(text: string, from = 0): number {
  let value = 0;
  let octets = 0;
  let octet = 0;
  let start = from;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === dot) {
      if (at === start) throw new InvalidAddressError(text, `octet ${octets + 1} is empty`);
      if (octets === 3) throw new InvalidAddressError(text, 'it has more than 4 octets');
      value = value * 256 + octet;
      octets++;
      octet = 0;
      start = at + 1;
    } else if (code >= zero && code <= nine) {
      if (octet === 0 && at > start) throw refuseOctet(text, start, 'has a leading zero');
      octet = octet * 10 + code - zero;
      if (octet > 255) throw refuseOctet(text, start, 'is above 255');
    } else {
      throw new InvalidAddressError(text, unexpected(text, at, 'a decimal digit or a dot'));
    }
  }
  if (text.length === 0) throw new InvalidAddressError(text, 'it is empty');
  if (start === text.length) throw new InvalidAddressError(text, `octet ${octets + 1} is empty`);
  if (octets < 3) throw new InvalidAddressError(text, `it has ${octets + 1} of 4 octets`);
  return value * 256 + octet;
}

/** Writes an unsigned 32-bit integer as dotted decimal. */
export function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

function refuseOctet(text: string, start: number, fault: string): InvalidAddressError {
  const digits = /^[0-9]*/.exec(text.slice(start))?.[0] ?? '';
  return new InvalidAddressError(text, `octet ${shorten(digits)} ${fault}`);
}
