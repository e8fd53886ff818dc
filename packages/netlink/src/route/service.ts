import { constants } from 'node:os';
import { type AddressFamily, IpAddress, type IpPrefix } from '@tsnet/inet';
import type { NetlinkConnection } from '../connection.ts';
import { familyNumber, familyOf } from '../family.ts';
import type { NetlinkRequest } from '../request.ts';
import { messageFlags } from '../wire/header.ts';
import { messageReader } from '../wire/message.ts';
import { decodePrefix } from '../wire/prefix.ts';
import { routeAttributes } from './attributes.ts';
import { ROUTE_CLONED, routeProtocols, routeScopes, routeTables, routeTypes } from './flags.ts';
import { routeHeader } from './header.ts';
import { type RouteMessage, routeMessage } from './message.ts';

const NEW_ROUTE = 24;
const DELETE_ROUTE = 25;
const GET_ROUTE = 26;

/** How the kernel answers a look-up that ends nowhere, or at an unreachable, prohibit or blackhole route. */
const { ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL } = constants.errno;
const noRoute: ReadonlySet<number> = new Set([ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL]);

/** A unicast route to add or delete, in the main table. */
export interface RouteSpec {
  /** A prefix of length 0 is the default route. */
  readonly destination: IpPrefix;
  /** The router; a route without one reaches its destinations on the link. */
  readonly gateway?: IpAddress;
  /** Index of the link. */
  readonly ifIndex: number;
  /** The lower, the more preferred. */
  readonly priority?: number;
}

/** A route as the kernel has it. */
export interface Route {
  readonly destination: IpPrefix;
  readonly gateway: IpAddress | undefined;
  /** Index of the link; undefined where a route has several, or needs none. */
  readonly ifIndex: number | undefined;
  /** The lower, the more preferred. */
  readonly priority: number;
  /** See {@link routeTables}. */
  readonly table: number;
  /** RTN_*: see {@link routeTypes}. */
  readonly type: number;
  /** RTPROT_*: see {@link routeProtocols}. */
  readonly protocol: number;
  /** Metric `mtu` of the route, where it has one. */
  readonly mtu: number | undefined;
  /** Made for one destination by a look-up, not configured. */
  readonly cloned: boolean;
}

/**
 * Adds a route. EEXIST when one to the same destination with the same priority is there, ENETUNREACH
 * when the gateway is not on a network of the link, ENODEV when there is no such link. Needs CAP_NET_ADMIN.
 */
export function addRoute(spec: RouteSpec): NetlinkRequest {
  const flags = messageFlags.create | messageFlags.exclusive;
  return request(NEW_ROUTE, flags, message(spec), 'add', `route to ${spec.destination}`);
}

/**
 * Takes away a route that {@link addRoute} made: one of the kernel or of a routing daemon does not match.
 * ESRCH when it is not there. Needs CAP_NET_ADMIN.
 */
export function deleteRoute(spec: RouteSpec): NetlinkRequest {
  return request(DELETE_ROUTE, 0, message(spec), 'delete', `route to ${spec.destination}`);
}

/**
 * The route that a packet from this host to `destination` would take, as a route to that address alone;
 * undefined when there is none, or one that refuses or drops the packet.
 *
 * @throws {@link NetlinkError}
 */
export function findRoute(connection: NetlinkConnection, destination: IpAddress): Route | undefined {
  const query: RouteMessage = {
    ...blank(familyNumber(destination.family)),
    destinationLength: destination.family === 'ipv4' ? 32 : 128,
    attributes: { destination },
  };
  const body = connection.find(request(GET_ROUTE, 0, query, 'find', `a route to ${destination}`), noRoute);
  return body === undefined ? undefined : decodeRoute(body);
}

/** Which routes to read; all of the namespace when empty. The kernel leaves the others out. */
export interface RouteFilter {
  readonly family?: AddressFamily;
  /** Index of the link that they lead to. */
  readonly ifIndex?: number;
  /** See {@link routeTables}. */
  readonly table?: number;
}

/** Reads the routes of every table of the connection's namespace, or those of a filter. @throws {@link NetlinkError} */
export function listRoutes(connection: NetlinkConnection, filter: RouteFilter = {}): readonly Route[] {
  const { family, ifIndex, table } = filter;
  const query: RouteMessage = {
    ...blank(family === undefined ? 0 : familyNumber(family)),
    attributes: {
      ...(ifIndex === undefined ? {} : { outputIfIndex: ifIndex }),
      ...(table === undefined ? {} : { table }),
    },
  };
  return connection.dump(request(GET_ROUTE, 0, query, 'list', 'routes')).flatMap((body) => {
    const route = decodeRoute(body);
    return route === undefined || route.cloned ? [] : [route];
  });
}

const routeReader = messageReader(
  routeHeader,
  routeAttributes.only('destination', 'gateway', 'outputIfIndex', 'priority', 'table', 'metrics'),
);

/** Reads a route from the body of RTM_NEWROUTE; undefined for a family that is not IP. */
export function decodeRoute(body: Uint8Array): Route | undefined {
  const { family, destinationLength, table, type, protocol, flags, attributes } = routeReader.read(body);
  const addressFamily = familyOf(family);
  if (addressFamily === undefined) return undefined;
  const network = attributes.destination ?? IpAddress.of(addressFamily, 0n);
  return {
    destination: decodePrefix(network, destinationLength),
    gateway: attributes.gateway,
    ifIndex: attributes.outputIfIndex,
    priority: attributes.priority ?? 0,
    table: attributes.table ?? table,
    type,
    protocol,
    mtu: attributes.metrics?.mtu,
    cloned: (flags & ROUTE_CLONED) !== 0,
  };
}

function message(spec: RouteSpec): RouteMessage {
  const { destination, gateway, ifIndex, priority } = spec;
  return {
    ...blank(familyNumber(destination.family)),
    destinationLength: destination.length,
    table: routeTables.main,
    protocol: routeProtocols.static,
    scope: gateway === undefined && destination.family === 'ipv4' ? routeScopes.link : routeScopes.universe,
    type: routeTypes.unicast,
    attributes: {
      destination: destination.length === 0 ? undefined : destination.address,
      gateway,
      outputIfIndex: ifIndex,
      priority,
    },
  };
}

function blank(family: number): Omit<RouteMessage, 'attributes'> {
  return {
    family,
    destinationLength: 0,
    sourceLength: 0,
    typeOfService: 0,
    table: 0,
    protocol: 0,
    scope: 0,
    type: 0,
    flags: 0,
  };
}

function request(
  type: number,
  flags: number,
  body: RouteMessage,
  operation: string,
  subject: string,
): NetlinkRequest {
  return { type, flags, body: (writer) => routeMessage.write(writer, body), operation, subject };
}
