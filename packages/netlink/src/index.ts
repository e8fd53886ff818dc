/**
 * rtnetlink in TypeScript: links, addresses, routes, neighbors and tracked connections of any network
 * namespace, without an `ip` process.
 *
 * ```ts
 * import { IpPrefix } from '@tsnet/inet';
 * import { openLinux } from '@tsnet/linux';
 * import { addAddress, createBridge, getLink, NetlinkConnection } from '@tsnet/netlink';
 *
 * using netlink = NetlinkConnection.open({ linux: openLinux() });
 * netlink.send(createBridge({ ifName: 'br0' }));
 * netlink.send(addAddress(getLink(netlink, 'br0').ifIndex, IpPrefix.parse('10.0.0.1/24')));
 * ```
 *
 * @packageDocumentation
 */
export { addressFlags } from './address/flags.ts';
export { type AddressMessage, addressMessage } from './address/message.ts';
export { addAddress, deleteAddress, type LinkAddress, listAddresses } from './address/service.ts';
export { NetlinkConnection, type NetlinkOptions, netlinkProtocols } from './connection.ts';
export type { FlowFilter } from './conntrack/flow-filter.ts';
export { type NetfilterHeader, netfilterHeader } from './conntrack/header.ts';
export { type ConntrackMessage, conntrackMessage } from './conntrack/message.ts';
export { countFlows, deleteFlows } from './conntrack/service.ts';
export {
  ConnectionBusyError,
  ConnectionClosedError,
  DumpInterruptedError,
  MalformedAttributeError,
  NetlinkError,
  NoReplyError,
  OversizedAttributeError,
  RepliesLostError,
  TruncatedMessageError,
} from './errors.ts';
export { linkFlags, type OperationalState } from './link/flags.ts';
export type { Link } from './link/link.ts';
export { type LinkMessage, linkMessage } from './link/message.ts';
export {
  type BridgePortChange,
  type BridgeSpec,
  changeLink,
  createBridge,
  createVeth,
  deleteLink,
  deleteLinkGroup,
  type LinkChange,
  type LinkRef,
  type VethSpec,
} from './link/requests.ts';
export { findLink, getLink, listLinks } from './link/service.ts';
export { type LinkTraffic, listLinkTraffic } from './link/traffic.ts';
export type {
  AddressEvent,
  FirewallChange,
  FirewallEvent,
  FirewallObject,
  LinkEvent,
  LostEvent,
  NetlinkEvent,
  NetlinkEventKind,
  RouteEvent,
} from './monitor/events.ts';
export { NetlinkMonitor, type NetlinkMonitorOptions } from './monitor/monitor.ts';
export { neighborFlags, neighborStates } from './neighbor/flags.ts';
export { type NeighborMessage, neighborMessage } from './neighbor/message.ts';
export {
  deleteNeighbor,
  listNeighbors,
  type Neighbor,
  setNeighbor,
  useNeighbor,
} from './neighbor/service.ts';
export type { NetlinkRequest } from './request.ts';
export { routeProtocols, routeScopes, routeTables, routeTypes } from './route/flags.ts';
export { type RouteMessage, routeMessage } from './route/message.ts';
export {
  addRoute,
  deleteRoute,
  findRoute,
  listRoutes,
  type Route,
  type RouteFilter,
  type RouteSpec,
} from './route/service.ts';
export { type Acknowledgement, decodeAcknowledgement } from './wire/acknowledgement.ts';
export {
  type AttributeCodec,
  be16,
  be32,
  be64,
  bytes,
  ipAddress,
  macAddress,
  s32,
  text,
  u8,
  u16,
  u32,
} from './wire/attribute.ts';
export { type AttributeSet, type AttributeValues, attributeSet } from './wire/attribute-set.ts';
export { ByteWriter } from './wire/byte-writer.ts';
export { controlTypes, decodeMessages, encodeMessage, messageFlags, type RawMessage } from './wire/header.ts';
export { messageCodec, type ObjectMessage } from './wire/message.ts';
