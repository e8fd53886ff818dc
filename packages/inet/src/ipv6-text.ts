import { InvalidAddressError } from './errors.ts';
import { formatIpv4, parseIpv4 } from './ipv4-text.ts';
import { unexpected } from './unexpected.ts';

const colon = 58;
const dot = 46;
const groupCount = 8;

/**
 * Reads an IPv6 address in any form of RFC 4291 section 2.2: full, with `::`, or with the last 32 bits in dotted decimal.
 * Stops at the first fault, so long text costs nothing.
 *
 * @throws {@link InvalidAddressError}
 */
export function parseIpv6(text: string): bigint {
  const groups: number[] = [];
  let gap = text.startsWith('::') ? 0 : -1;
  let at = gap === 0 ? 2 : 0;
  if (gap < 0 && text.charCodeAt(0) === colon)
    throw new InvalidAddressError(text, 'it starts with a single colon');
  while (at < text.length) {
    const start = at;
    let group = 0;
    for (let digit = hexDigit(text, at); digit >= 0; digit = hexDigit(text, at)) {
      group = group * 16 + digit;
      at++;
      if (at - start > 4)
        throw new InvalidAddressError(text, `group ${groups.length + 1} has more than 4 digits`);
    }
    if (at > start && text.charCodeAt(at) === dot) {
      const embedded = parseIpv4(text, start);
      groups.push(embedded >>> 16, embedded & 0xffff);
      break;
    }
    if (at === start) throw new InvalidAddressError(text, unexpected(text, at, 'a hex digit'));
    groups.push(group);
    if (groups.length > groupCount) break;
    if (at === text.length) break;
    if (text.charCodeAt(at) !== colon) {
      throw new InvalidAddressError(text, unexpected(text, at, 'a hex digit or a colon'));
    }
    at++;
    if (at === text.length) throw new InvalidAddressError(text, 'it ends with a single colon');
    if (text.charCodeAt(at) === colon) {
      if (gap >= 0) throw new InvalidAddressError(text, 'it has more than one "::"');
      gap = groups.length;
      at++;
    }
  }
  return join(text, groups, gap);
}

/**
 * Writes a 128-bit integer in the canonical form of RFC 5952: lower case, no leading zeros, `::` for the longest run
 * of two or more zero groups and for the first of equals, IPv4-mapped addresses with dotted decimal.
 */
export function formatIpv6(value: bigint): string {
  if (value >> 32n === 0xffffn) return `::ffff:${formatIpv4(Number(value & 0xffff_ffffn))}`;
  const digits = value.toString(16).padStart(32, '0');
  const groups: string[] = [];
  for (let at = 0; at < 32; at += 4) groups.push(Number.parseInt(digits.slice(at, at + 4), 16).toString(16));
  const run = longestZeroRun(groups);
  if (run.length < 2) return groups.join(':');
  return `${groups.slice(0, run.start).join(':')}::${groups.slice(run.start + run.length).join(':')}`;
}

function join(text: string, groups: readonly number[], gap: number): bigint {
  const missing = groupCount - groups.length;
  if (missing < 0) throw new InvalidAddressError(text, 'it has more than 8 groups');
  if (gap < 0 && missing > 0) throw new InvalidAddressError(text, `it has ${groups.length} of 8 groups`);
  if (gap >= 0 && missing === 0) throw new InvalidAddressError(text, 'it has 8 groups beside "::"');
  let value = 0n;
  for (const [index, group] of groups.entries()) {
    if (index === gap) value <<= BigInt(16 * missing);
    value = (value << 16n) | BigInt(group);
  }
  return gap === groups.length ? value << BigInt(16 * missing) : value;
}

function longestZeroRun(groups: readonly string[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === '0' ? length + 1 : 0;
    if (length > longest.length) longest = { start: index - length + 1, length };
  }
  return longest;
}

/** The value of the hex digit at index `at`, or -1 where there is none. */
function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  // ORing 32 maps only A-F onto a-f: every other unit that lands there differs in higher bits too.
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
