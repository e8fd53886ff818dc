import { endianness } from 'node:os';
import { IpAddress, IpPrefix } from '@tsnet/inet';
import type { FirewallChain, FirewallRule } from './firewall-table.ts';

/** Where things stand in the entries of a family: struct ipt_entry and struct ip6t_entry. All integers are in host byte order. */
const layouts = {
  ip: {
    family: 'ipv4',
    addressLength: 4,
    protocol: 80,
    flags: 82,
    inverted: 83,
    jumpsForGood: 2,
    targetOffset: 88,
    header: 112,
  },
  ip6: {
    family: 'ipv6',
    addressLength: 16,
    protocol: 128,
    flags: 131,
    inverted: 132,
    jumpsForGood: 4,
    targetOffset: 140,
    header: 168,
  },
} as const;

/** IPT_INV_*: which conditions are turned round (linux/netfilter_ipv4/ip_tables.h). */
const inversions = { inputLink: 1, outputLink: 2, source: 8, destination: 16, protocol: 64 } as const;

const LINK_NAME_LENGTH = 16;
/** A target begins with its length and its name; a verdict or a chain's name follows. */
const TARGET_NAME = 2;
const TARGET_NAME_LENGTH = 29;
const TARGET_DATA = 32;
/** Negative verdicts end the walk; others are offsets of chains (linux/netfilter/x_tables.h). */
const VERDICT_DROP = -1;
const VERDICT_ACCEPT = -2;
const VERDICT_RETURN = -5;

const littleEndian = endianness() === 'LE';

/** The chains of a table of iptables-legacy, with rules as libnftables-json(5) would write them. */
export function decodeLegacyChains(
  family: keyof typeof layouts,
  entries: Uint8Array,
  forward: { readonly first: number; readonly policy: number },
): ReadonlyMap<string, FirewallChain> {
  const all = decodeEntries(family, entries);
  // The last entry of a table looks like the begin of another chain.
  const heads = all.slice(0, -1);
  const names = new Map(
    heads.flatMap(({ next, chain }) => (chain === undefined ? [] : [[next, chain] as const])),
  );
  const own = all.filter(({ offset }) => offset >= forward.first && offset < forward.policy);
  const last = all.find(({ offset }) => offset === forward.policy);
  const rules = own.map((entry) => ruleOf(entry, names));
  const policy = last?.verdict === VERDICT_DROP ? 'drop' : 'accept';
  const chains = new Map<string, FirewallChain>();
  chains.set('FORWARD', { name: 'FORWARD', isForwardHook: true, policy, rules });
  let members: FirewallRule[] = [];
  for (const entry of all) {
    const name = names.get(entry.offset);
    if (name !== undefined) {
      members = [];
      chains.set(name, { name, isForwardHook: false, policy: 'accept', rules: members });
    }
    if (entry.chain === undefined) members.push(ruleOf(entry, names));
  }
  return chains;
}

interface Entry {
  readonly offset: number;
  readonly next: number;
  readonly conditions: readonly unknown[];
  /** What the target is, where it has no verdict. */
  readonly target: string;
  readonly verdict: number | undefined;
  /** A jump does not come back. */
  readonly isGoto: boolean;
  /** The chain that begins behind this entry. */
  readonly chain: string | undefined;
}

function decodeEntries(family: keyof typeof layouts, bytes: Uint8Array): readonly Entry[] {
  const { targetOffset, header, flags, jumpsForGood } = layouts[family];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Entry[] = [];
  for (let offset = 0; offset + header <= bytes.length; ) {
    const target = offset + view.getUint16(offset + targetOffset, littleEndian);
    const length = view.getUint16(offset + targetOffset + 2, littleEndian);
    if (length < header || target + TARGET_DATA + 4 > bytes.length) break;
    const name = textAt(bytes, target + TARGET_NAME, TARGET_NAME_LENGTH);
    entries.push({
      offset,
      next: offset + length,
      conditions: [
        ...decodeConditions(family, bytes, offset),
        ...decodeMatches(bytes, view, offset + header, target),
      ],
      target: name,
      verdict: name === '' ? view.getInt32(target + TARGET_DATA, littleEndian) : undefined,
      isGoto: (view.getUint8(offset + flags) & jumpsForGood) !== 0,
      chain: name === 'ERROR' ? textAt(bytes, target + TARGET_DATA, LINK_NAME_LENGTH * 2) : undefined,
    });
    offset += length;
  }
  return entries;
}

/** A match begins with its length and its name, as a target does; what it says stays unread. */
function decodeMatches(bytes: Uint8Array, view: DataView, start: number, end: number): readonly unknown[] {
  const matches: unknown[] = [];
  for (let offset = start; offset + TARGET_DATA <= end; ) {
    const length = view.getUint16(offset, littleEndian);
    matches.push({ xt: { type: 'match', name: textAt(bytes, offset + TARGET_NAME, TARGET_NAME_LENGTH) } });
    if (length < TARGET_DATA) break;
    offset += length;
  }
  return matches;
}

function decodeConditions(
  family: keyof typeof layouts,
  bytes: Uint8Array,
  offset: number,
): readonly unknown[] {
  const { addressLength, protocol, inverted } = layouts[family];
  const flags = bytes[offset + inverted] ?? 0;
  const op = (flag: number) => ((flags & flag) === 0 ? '==' : '!=');
  const links = offset + 4 * addressLength;
  const condition = (left: object, flag: number, right: unknown) =>
    right === undefined ? [] : [{ match: { op: op(flag), left, right } }];
  const prefix = (at: number) => prefixAt(family, bytes, offset + at * addressLength);
  const number = bytes[offset + protocol] ?? 0;
  return [
    ...condition({ meta: { key: 'iifname' } }, inversions.inputLink, linkAt(bytes, links)),
    ...condition(
      { meta: { key: 'oifname' } },
      inversions.outputLink,
      linkAt(bytes, links + LINK_NAME_LENGTH),
    ),
    ...condition({ payload: { protocol: family, field: 'saddr' } }, inversions.source, prefix(0)),
    ...condition({ payload: { protocol: family, field: 'daddr' } }, inversions.destination, prefix(1)),
    ...condition({ meta: { key: 'l4proto' } }, inversions.protocol, number === 0 ? undefined : number),
  ];
}

/** A name whose end is not compared stands for all that begin with it, as `veth*`. */
function linkAt(bytes: Uint8Array, offset: number): string | undefined {
  const name = textAt(bytes, offset, LINK_NAME_LENGTH);
  const mask = bytes.subarray(offset + 2 * LINK_NAME_LENGTH, offset + 3 * LINK_NAME_LENGTH);
  const compared = mask.indexOf(0);
  if (compared === 0) return undefined;
  return compared < 0 || compared > name.length ? name : `${name.slice(0, compared)}*`;
}

/** An address, and where two addresses further its mask stands: source, destination, their masks. */
function prefixAt(family: keyof typeof layouts, bytes: Uint8Array, offset: number): unknown {
  const { addressLength, family: addressFamily } = layouts[family];
  const valueAt = (at: number) =>
    BigInt(`0x${Buffer.from(bytes.subarray(at, at + addressLength)).toString('hex')}`);
  const mask = valueAt(offset + 2 * addressLength);
  if (mask === 0n) return undefined;
  const length = mask.toString(2).replace(/0+$/, '').length;
  const isPrefix =
    !mask.toString(2).slice(0, length).includes('0') && mask.toString(2).length === 8 * addressLength;
  if (!isPrefix) return { unknown: 'mask' };
  const { address } = IpPrefix.of(IpAddress.of(addressFamily, valueAt(offset)), length);
  return { prefix: { addr: `${address}`, len: length } };
}

function ruleOf(entry: Entry, chains: ReadonlyMap<number, string>): FirewallRule {
  return [...entry.conditions, statementOf(entry, chains)];
}

function statementOf({ target, verdict, isGoto }: Entry, chains: ReadonlyMap<number, string>): unknown {
  switch (verdict) {
    case undefined:
      return { xt: { type: 'target', name: target } };
    case VERDICT_ACCEPT:
      return { accept: null };
    case VERDICT_DROP:
      return { drop: null };
    case VERDICT_RETURN:
      return { return: null };
    default:
      return { [isGoto ? 'goto' : 'jump']: { target: chains.get(verdict) ?? '' } };
  }
}

function textAt(bytes: Uint8Array, offset: number, length: number): string {
  const field = Buffer.from(bytes.subarray(offset, offset + length));
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end < 0 ? length : end);
}
