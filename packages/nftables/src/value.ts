import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { InvalidNftablesInputError } from './errors.ts';
import { checkedName, quotedLinkName } from './name.ts';

/** One field of a set's key, or of what a map gives for it. {@link nftValue} makes them. */
export type NftValue =
  | { readonly type: 'address'; readonly address: string }
  | { readonly type: 'prefix'; readonly address: string; readonly length: number }
  | { readonly type: 'address-range'; readonly first: string; readonly last: string }
  | { readonly type: 'protocol'; readonly protocol: number }
  | { readonly type: 'port'; readonly port: number }
  | { readonly type: 'port-range'; readonly first: number; readonly last: number }
  | { readonly type: 'link'; readonly name: string }
  | { readonly type: 'mark'; readonly mark: number }
  | { readonly type: 'mac'; readonly mac: string }
  | { readonly type: 'verdict'; readonly verdict: 'accept' | 'drop' | 'continue' | 'return' }
  | { readonly type: 'verdict'; readonly verdict: 'jump' | 'goto'; readonly chain: string };

/** The transport protocols that have a name here. */
export const nftProtocols = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  dccp: 33,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
} as const;

/** A name from {@link nftProtocols}. */
export type NftProtocol = keyof typeof nftProtocols;

/** Makes values. They are checked when they enter a transaction. */
export const nftValue = {
  /** An IPv4 or IPv6 address: `ipv4_addr`, `ipv6_addr`. */
  address: (address: string): NftValue => ({ type: 'address', address }),
  /** `10.0.0.0/8`, in sets with the interval flag. */
  prefix: (address: string, length: number): NftValue => ({ type: 'prefix', address, length }),
  /** First to last address, in sets with the interval flag. */
  addressRange: (first: string, last: string): NftValue => ({ type: 'address-range', first, last }),
  /** `inet_proto`, by name or number. */
  protocol: (protocol: NftProtocol | number): NftValue => ({
    type: 'protocol',
    protocol: typeof protocol === 'number' ? protocol : nftProtocols[protocol],
  }),
  /** `inet_service`. */
  port: (port: number): NftValue => ({ type: 'port', port }),
  /** First to last port, in sets with the interval flag. */
  portRange: (first: number, last: number): NftValue => ({ type: 'port-range', first, last }),
  /** `ifname`: the exact name of a link, which need not exist. */
  link: (name: string): NftValue => ({ type: 'link', name }),
  /** `mark`. */
  mark: (mark: number): NftValue => ({ type: 'mark', mark }),
  /** `ether_addr`. */
  mac: (mac: string): NftValue => ({ type: 'mac', mac }),
  /** What a verdict map decides. */
  verdict: (verdict: 'accept' | 'drop' | 'continue' | 'return'): NftValue => ({ type: 'verdict', verdict }),
  /** Goes on in another chain of the table and comes back at its end. */
  jump: (chain: string): NftValue => ({ type: 'verdict', verdict: 'jump', chain }),
  /** Goes on in another chain of the table for good. */
  goto: (chain: string): NftValue => ({ type: 'verdict', verdict: 'goto', chain }),
} as const;

/**
 * The value as nft reads it.
 *
 * @throws {@link InvalidNftablesInputError}
 */
export function formatValue(value: NftValue): string {
  switch (value.type) {
    case 'address':
      return checkedAddress(value.address);
    case 'prefix':
      return formatPrefix(value.address, value.length);
    case 'address-range':
      return formatAddressRange(value.first, value.last);
    case 'protocol':
      // As a number, which needs no table of names on the host.
      return String(checkedInteger('protocol', value.protocol, 0, 255));
    case 'port':
      return String(checkedInteger('port', value.port, 0, 65535));
    case 'port-range':
      return formatPortRange(value.first, value.last);
    case 'link':
      return quotedLinkName(value.name);
    case 'mark':
      return String(checkedInteger('mark', value.mark, 0, 0xffffffff));
    case 'mac':
      return checkedMac(value.mac);
    case 'verdict':
      return 'chain' in value
        ? `${value.verdict} ${checkedName('chain', value.chain)}`
        : checkedVerdict(value.verdict);
    default:
      throw new InvalidNftablesInputError(JSON.stringify(value), 'it is no value of nftables');
  }
}

/** Fields joined as nft joins them: `10.0.0.1 . 80`. */
export function formatValues(what: string, values: readonly NftValue[]): string {
  if (values.length === 0)
    throw new InvalidNftablesInputError(`an empty ${what}`, 'it needs at least one field');
  return values.map(formatValue).join(' . ');
}

function checkedAddress(address: string): string {
  // A zone (`fe80::1%eth0`) passes isIPv6 and means nothing to nft.
  if (!isIPv4(address) && !(isIPv6(address) && !address.includes('%'))) {
    throw new InvalidNftablesInputError(
      `${JSON.stringify(address)} as an address`,
      'it is neither IPv4 nor IPv6',
    );
  }
  return address;
}

function formatAddressRange(first: string, last: string): string {
  const family = isIPv4(checkedAddress(first)) ? 'ipv4' : 'ipv6';
  const bounds = new BlockList();
  if (isIPv4(checkedAddress(last)) !== (family === 'ipv4')) {
    throw new InvalidNftablesInputError(`addresses ${first}-${last}`, 'they are of two families');
  }
  try {
    bounds.addRange(first, last, family);
  } catch (cause) {
    throw new InvalidNftablesInputError(
      `addresses ${first}-${last}`,
      'the first is greater than the last',
      cause,
    );
  }
  return `${first}-${last}`;
}

function formatPrefix(address: string, length: number): string {
  const most = isIPv4(checkedAddress(address)) ? 32 : 128;
  return `${address}/${checkedInteger('prefix length', length, 0, most)}`;
}

function formatPortRange(first: number, last: number): string {
  checkedInteger('port', first, 0, 65535);
  checkedInteger('port', last, 0, 65535);
  if (first > last) {
    throw new InvalidNftablesInputError(`ports ${first}-${last}`, 'the first is greater than the last');
  }
  return first === last ? String(first) : `${first}-${last}`;
}

function checkedInteger(what: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new InvalidNftablesInputError(
      `${JSON.stringify(value)} as a ${what}`,
      `it is no integer from ${least} to ${most}`,
    );
  }
  return value;
}

function checkedMac(mac: string): string {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac)) {
    throw new InvalidNftablesInputError(
      `${JSON.stringify(mac)} as a MAC address`,
      'it is not six bytes in hex',
    );
  }
  return mac;
}

function checkedVerdict(verdict: string): string {
  if (!['accept', 'drop', 'continue', 'return'].includes(verdict)) {
    throw new InvalidNftablesInputError(
      `${JSON.stringify(verdict)} as a verdict`,
      'there is no such verdict',
    );
  }
  return verdict;
}
