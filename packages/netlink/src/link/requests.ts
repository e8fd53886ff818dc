import type { MacAddress } from '@tsnet/inet';
import type { NetlinkRequest } from '../request.ts';
import { messageFlags } from '../wire/header.ts';
import { bridgeAttributes, bridgePortAttributes, familySettings } from './attributes.ts';
import { linkFlags } from './flags.ts';
import { type LinkMessage, linkChange, linkMessage, payloadOf, vethAttributes } from './message.ts';

const NEW_LINK = 16;
const DELETE_LINK = 17;
const GET_LINK = 18;
const SET_LINK = 19;

/** RTEXT_FILTER_SKIP_STATS: counters are most of what the kernel says of a link. */
const WITHOUT_STATISTICS = 1 << 3;

/** A link by index, or by name in the connection's namespace. */
export type LinkRef = number | string;

/** A bridge to create. */
export interface BridgeSpec {
  /** At most 15 bytes. */
  readonly ifName: string;
  readonly mac?: MacAddress;
  /** Bytes. Does not outlast the first port: see {@link createBridge}. */
  readonly mtu?: number;
  /** Whether the bridge begins its life up; true by default. */
  readonly up?: boolean;
  /**
   * Whether the bridge listens to who is in which multicast group (IGMP, MLD), and sends to those only; true by
   * default, as the kernel has it. Without a querier on the segment everything goes to every port in any case.
   */
  readonly multicastSnooping?: boolean;
}

/** A pair of links to create. */
export interface VethSpec {
  /** The end in the connection's namespace. */
  readonly ifName: string;
  /** Index of the bridge that this end becomes a port of. */
  readonly master?: number;
  readonly mac?: MacAddress;
  /** Whether the end in the connection's namespace begins its life up; true by default. */
  readonly up?: boolean;
  /** Bytes, of both ends. */
  readonly mtu?: number;
  /** Of the end in the connection's namespace. */
  readonly group?: number;
  /**
   * How many transmit and receive queues each end has; 1 by default. Left to itself, the kernel makes one for each
   * processor, and waits for two grace periods to switch off all but one.
   */
  readonly queues?: number;
  /** The other end. */
  readonly peer: {
    readonly ifName: string;
    readonly mac?: MacAddress;
    /** Descriptor of the namespace that the other end is created in. */
    readonly netnsFd?: number;
  };
}

/** What can change on a link that exists. */
export interface LinkChange {
  readonly up?: boolean;
  /** A new name, of at most 15 bytes. */
  readonly ifName?: string;
  /** Free text of up to 255 bytes; empty takes it away. */
  readonly alias?: string;
  readonly mac?: MacAddress;
  /** Bytes. */
  readonly mtu?: number;
  /** Index of a bridge; 0 takes the link out of its bridge. */
  readonly master?: number;
  readonly group?: number;
  /** Whether the link announces its IPv4 addresses when it comes up and when its MAC address is set. */
  readonly announceIpv4?: boolean;
  /** Settings as the port of a bridge; refused with EOPNOTSUPP where the link is none. */
  readonly bridgePort?: BridgePortChange;
}

/** What can change on a link that is the port of a bridge. */
export interface BridgePortChange {
  /** Frames are not passed on to other isolated ports. */
  readonly isolated?: boolean;
  /** Frames may go out where they came in. */
  readonly hairpin?: boolean;
}

/**
 * Creates a bridge without spanning tree. EEXIST when the name is taken. Needs CAP_NET_ADMIN.
 *
 * The kernel forgets an MTU given here as soon as a port comes or goes, and takes the smallest of the
 * ports', or 1500 without any. An MTU that is to stay must change on the bridge that exists, so leave it out here:
 *
 * ```ts
 * netlink.send(createBridge({ ifName }), changeLink(ifName, { mtu }));
 * ```
 */
export function createBridge(spec: BridgeSpec): NetlinkRequest {
  const { ifName, mac, mtu, up = true, multicastSnooping } = spec;
  const data = payloadOf(bridgeAttributes, {
    forwardDelay: 0,
    stpState: 0,
    multicastSnooping: bit(multicastSnooping),
  });
  const message = linkChange(
    { ifName, address: mac, mtu, linkInfo: { kind: 'bridge', data } },
    { flags: up ? linkFlags.up : 0, changeMask: linkFlags.up },
  );
  return request(
    NEW_LINK,
    messageFlags.create | messageFlags.exclusive,
    message,
    'create',
    `bridge ${ifName}`,
  );
}

/**
 * Creates a pair in one step: this end in its bridge and, unless told otherwise, up; the other end inside its namespace under
 * its final name (down: the kernel refuses to raise it here). EEXIST when either name is taken. Needs CAP_NET_ADMIN in
 * both namespaces.
 */
export function createVeth(spec: VethSpec): NetlinkRequest {
  const { peer, up = true, queues = 1 } = spec;
  const peerLink = linkChange({
    transmitQueues: queues,
    receiveQueues: queues,
    ifName: peer.ifName,
    address: peer.mac,
    mtu: spec.mtu,
    netnsFd: peer.netnsFd,
  });
  const message = linkChange(
    {
      ifName: spec.ifName,
      address: spec.mac,
      mtu: spec.mtu,
      master: spec.master,
      group: spec.group,
      transmitQueues: queues,
      receiveQueues: queues,
      linkInfo: { kind: 'veth', data: payloadOf(vethAttributes, { peer: peerLink }) },
    },
    { flags: up ? linkFlags.up : 0, changeMask: linkFlags.up },
  );
  const flags = messageFlags.create | messageFlags.exclusive;
  return request(NEW_LINK, flags, message, 'create', `veth pair ${spec.ifName} and ${peer.ifName}`);
}

/** Changes a link. ENODEV when there is none. Needs CAP_NET_ADMIN. */
export function changeLink(ifIndex: number, change: LinkChange): NetlinkRequest;
/** Changes a link. Renaming takes its index: the kernel has room for one name in a request. */
export function changeLink(ref: LinkRef, change: Omit<LinkChange, 'ifName'>): NetlinkRequest;
export function changeLink(ref: LinkRef, change: LinkChange): NetlinkRequest {
  const { up, ifName, alias, mac, mtu, master, group, bridgePort } = change;
  const attributes = {
    ifName: typeof ref === 'string' ? ref : ifName,
    address: mac,
    mtu,
    alias,
    master,
    group,
    linkInfo: bridgePort === undefined ? undefined : bridgePortInfo(bridgePort),
    familySettings: familySettingsOf(change),
  };
  const message = linkChange(attributes, {
    ifIndex: typeof ref === 'number' ? ref : 0,
    flags: up ? linkFlags.up : 0,
    changeMask: up === undefined ? 0 : linkFlags.up,
  });
  // RTM_SETLINK does not read what a link is as a port; RTM_NEWLINK changes a link that exists.
  return request(bridgePort === undefined ? SET_LINK : NEW_LINK, 0, message, 'change', linkText(ref));
}

function familySettingsOf({ announceIpv4 }: LinkChange): Uint8Array | undefined {
  if (announceIpv4 === undefined) return undefined;
  return payloadOf(familySettings, { ipv4: { settings: { announce: Number(announceIpv4) } } });
}

function bridgePortInfo({ isolated, hairpin }: BridgePortChange) {
  const portData = payloadOf(bridgePortAttributes, { isolated: bit(isolated), hairpin: bit(hairpin) });
  return { portKind: 'bridge', portData };
}

/** Deletes a link and, of a pair, its other end. The kernel answers after a grace period of 10 to 30 ms. ENODEV when there is none. */
export function deleteLink(ref: LinkRef): NetlinkRequest {
  return request(DELETE_LINK, 0, linkRefMessage(ref), 'delete', linkText(ref));
}

/**
 * Deletes every link of a group in one grace period. ENODEV when the group is empty.
 * The kernel refuses group 0, which holds every link that was never put in another.
 */
export function deleteLinkGroup(group: number): NetlinkRequest {
  return request(DELETE_LINK, 0, linkChange({ group }), 'delete', `links of group ${group}`);
}

/** Asks for one link. The kernel first settles a pending change of the link's carrier (Linux 6.9). */
export function getLinkRequest(ref: LinkRef): NetlinkRequest {
  return request(GET_LINK, 0, linkRefMessage(ref, WITHOUT_STATISTICS), 'get', linkText(ref));
}

/** Asks for all links, or for the ports of one bridge. */
export function listLinksRequest(filter: { readonly master?: number } = {}): NetlinkRequest {
  const message = linkChange({ master: filter.master, extensionMask: WITHOUT_STATISTICS });
  return request(GET_LINK, 0, message, 'list', 'links');
}

/** As {@link listLinksRequest}, but asks for their counters too. */
export function listLinksWithTrafficRequest(): NetlinkRequest {
  return request(GET_LINK, 0, linkChange({}), 'list', 'links');
}

function bit(flag: boolean | undefined): number | undefined {
  return flag === undefined ? undefined : Number(flag);
}

function linkRefMessage(ref: LinkRef, extensionMask?: number): LinkMessage {
  return typeof ref === 'number'
    ? linkChange({ extensionMask }, { ifIndex: ref })
    : linkChange({ ifName: ref, extensionMask });
}

function linkText(ref: LinkRef): string {
  return typeof ref === 'number' ? `link ${ref}` : ref;
}

function request(
  type: number,
  flags: number,
  message: LinkMessage,
  operation: string,
  subject: string,
): NetlinkRequest {
  return { type, flags, body: (writer) => linkMessage.write(writer, message), operation, subject };
}
