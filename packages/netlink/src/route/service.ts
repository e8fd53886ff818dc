import { type AddressFamily, IpAddress, IpPrefix } from '@tsnet/inet';
import type { NetlinkConnection, NetlinkRequest } from '../connection.ts';
import { NetlinkError } from '../errors.ts';
import { familyNumber, familyOf } from '../family.ts';
import { messageFlags } from '../wire/header.ts';
import { ROUTE_CLONED, routeProtocols, routeScopes, routeTables, routeTypes } from './flags.ts';
import { type RouteMessage, routeMessage } from './message.ts';

const NEW_ROUTE = 24;
const DELETE_ROUTE = 25;
const GET_ROUTE = 26;

/** A unicast route to add or delete, in the main table. */
export interface RouteSpec {
  /** A prefix of length 0 is the default route. */
  readonly destination: IpPrefix;
  readonly gateway?: IpAddress;
  readonly ifIndex: number;
  /** The lower, the more preferred. */
  readonly priority?: number;
}

/** A route as the kernel has it. */
export interface Route {
  readonly destination: IpPrefix;
  readonly gateway: IpAddress | undefined;
  readonly ifIndex: number | undefined;
  readonly priority: number;
  readonly table: number;
  /** RTN_*. */
  readonly type: number;
  /** RTPROT_*. */
  readonly protocol: number;
  /** Metric `mtu` of the route, where it has one. */
  readonly mtu: number | undefined;
}

/** Adds a route. EEXIST when one to the same destination with the same priority is there. */
export function addRoute(spec: RouteSpec): NetlinkRequest {
  const flags = messageFlags.create | messageFlags.exclusive;
  return request(NEW_ROUTE, flags, message(spec), 'add', `route to ${spec.destination}`);
}

/** Takes a route away. ESRCH when it is not there. */
export function deleteRoute(spec: RouteSpec): NetlinkRequest {
  return request(DELETE_ROUTE, 0, message(spec), 'delete', `route to ${spec.destination}`);
}

/** The route that a packet to `destination` would take, or undefined when there is none. */
export function findRoute(connection: NetlinkConnection, destination: IpAddress): Route | undefined {
  const query: RouteMessage = {
    ...blank(familyNumber(destination.family)),
    destinationLength: destination.family === 'ipv4' ? 32 : 128,
    attributes: { destination },
  };
  try {
    return decodeRoute(connection.get(request(GET_ROUTE, 0, query, 'find', `a route to ${destination}`)));
  } catch (error) {
    if (error instanceof NetlinkError && error.kind === 'unavailable') return undefined;
    throw error;
  }
}

/** Reads the routes of every table of the connection's namespace, in one or both families. */
export function listRoutes(connection: NetlinkConnection, family?: AddressFamily): readonly Route[] {
  const query: RouteMessage = { ...blank(family === undefined ? 0 : familyNumber(family)), attributes: {} };
  return connection.dump(request(GET_ROUTE, 0, query, 'list', 'routes')).flatMap((body) => {
    const route = decodeRoute(body);
    return route === undefined ? [] : [route];
  });
}

/** Reads a route from the body of RTM_NEWROUTE; undefined for other families and for cached routes. */
export function decodeRoute(body: Uint8Array): Route | undefined {
  const { family, destinationLength, table, type, protocol, flags, attributes } = routeMessage.read(body);
  const addressFamily = familyOf(family);
  if (addressFamily === undefined || flags & ROUTE_CLONED) return undefined;
  const network = attributes.destination ?? IpAddress.of(addressFamily, 0n);
  return {
    destination: IpPrefix.of(network, destinationLength),
    gateway: attributes.gateway,
    ifIndex: attributes.outputIfIndex,
    priority: attributes.priority ?? 0,
    table: attributes.table ?? table,
    type,
    protocol,
    mtu: attributes.metrics?.mtu,
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
      ...(destination.length === 0 ? {} : { destination: destination.address }),
      ...(gateway === undefined ? {} : { gateway }),
      outputIfIndex: ifIndex,
      ...(priority === undefined ? {} : { priority }),
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

function request(type: number, flags: number, body: RouteMessage, operation: string, subject: string): NetlinkRequest {
  return { type, flags, body: (writer) => routeMessage.write(writer, body), operation, subject };
}
