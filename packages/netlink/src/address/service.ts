import type { IpPrefix } from '@tsnet/inet';
import type { NetlinkConnection } from '../connection.ts';
import { familyNumber } from '../family.ts';
import type { NetlinkRequest } from '../request.ts';
import { messageFlags } from '../wire/header.ts';
import { decodePrefix } from '../wire/prefix.ts';
import { addressFlags } from './flags.ts';
import { type AddressMessage, addressMessage } from './message.ts';

const NEW_ADDRESS = 20;
const DELETE_ADDRESS = 21;
const GET_ADDRESS = 22;

/** An address of a link. */
export interface LinkAddress {
  /** Index of the link. */
  readonly ifIndex: number;
  /** The address and the length of its prefix; of a point-to-point link, the length is that of the other side. */
  readonly prefix: IpPrefix;
  /** RT_SCOPE_*: see {@link routeScopes}. */
  readonly scope: number;
  /** IPv6: duplicate detection has not ended, or found a duplicate. */
  readonly tentative: boolean;
}

/**
 * Adds an address, with the prefix's route; IPv4 with a broadcast address, IPv6 without duplicate detection,
 * so that it works at once. EEXIST when it is there, ENODEV when the link is not. Needs CAP_NET_ADMIN.
 */
export function addAddress(ifIndex: number, prefix: IpPrefix): NetlinkRequest {
  const flags = messageFlags.create | messageFlags.exclusive;
  return request(NEW_ADDRESS, flags, message(ifIndex, prefix), 'add', `${prefix} to link ${ifIndex}`);
}

/** Takes an address away. EADDRNOTAVAIL when it is not there. Needs CAP_NET_ADMIN. */
export function deleteAddress(ifIndex: number, prefix: IpPrefix): NetlinkRequest {
  return request(DELETE_ADDRESS, 0, message(ifIndex, prefix), 'delete', `${prefix} of link ${ifIndex}`);
}

/** Reads the addresses of one link, or of all of the connection's namespace. @throws {@link NetlinkError} */
export function listAddresses(connection: NetlinkConnection, ifIndex = 0): readonly LinkAddress[] {
  const all: AddressMessage = { family: 0, prefixLength: 0, flags: 0, scope: 0, ifIndex, attributes: {} };
  return connection.dump(request(GET_ADDRESS, 0, all, 'list', 'addresses')).flatMap((body) => {
    const found = decodeAddress(body);
    return found === undefined ? [] : [found];
  });
}

/** Reads an address from the body of RTM_NEWADDR; undefined where none is in it. */
export function decodeAddress(body: Uint8Array): LinkAddress | undefined {
  const { prefixLength, scope, ifIndex, flags, attributes } = addressMessage.read(body);
  const address = attributes.local ?? attributes.address;
  if (address === undefined) return undefined;
  const allFlags = attributes.flags ?? flags;
  return {
    ifIndex,
    prefix: decodePrefix(address, prefixLength),
    scope,
    tentative: (allFlags & (addressFlags.tentative | addressFlags.dadFailed)) !== 0,
  };
}

function message(ifIndex: number, prefix: IpPrefix): AddressMessage {
  const { address, family } = prefix;
  return {
    family: familyNumber(family),
    prefixLength: prefix.length,
    flags: family === 'ipv6' ? addressFlags.noDad : 0,
    scope: 0,
    ifIndex,
    attributes:
      family === 'ipv4' && prefix.length < 31
        ? { local: address, address, broadcast: prefix.last }
        : { local: address, address },
  };
}

function request(
  type: number,
  flags: number,
  body: AddressMessage,
  operation: string,
  subject: string,
): NetlinkRequest {
  return { type, flags, body: (writer) => addressMessage.write(writer, body), operation, subject };
}
