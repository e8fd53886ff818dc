import type { IpAddress, MacAddress } from '@tsnet/inet';
import type { NetlinkConnection } from '../connection.ts';
import { familyNumber } from '../family.ts';
import type { NetlinkRequest } from '../request.ts';
import { messageFlags } from '../wire/header.ts';
import { neighborFlags, neighborStates } from './flags.ts';
import { type NeighborMessage, neighborMessage } from './message.ts';

const NEW_NEIGHBOR = 28;
const DELETE_NEIGHBOR = 29;
const GET_NEIGHBOR = 30;

/** What a link knows of a neighbor. */
export interface Neighbor {
  /** Index of the link. */
  readonly ifIndex: number;
  readonly address: IpAddress | undefined;
  readonly mac: MacAddress | undefined;
  /** NUD_* bits: see {@link neighborStates}. */
  readonly state: number;
}

/** Makes an entry permanent, replacing one that is there. ENODEV when there is no such link. Needs CAP_NET_ADMIN. */
export function setNeighbor(ifIndex: number, address: IpAddress, mac: MacAddress): NetlinkRequest {
  const message = blank(familyNumber(address.family), ifIndex, neighborStates.permanent, {
    destination: address,
    linkLayerAddress: mac,
  });
  return request(
    NEW_NEIGHBOR,
    messageFlags.create | messageFlags.replace,
    message,
    'set',
    `neighbor ${address}`,
  );
}

/**
 * Has the kernel find out the link-layer address of a neighbor, as if something were to be sent there. It answers
 * when the question is on its way. ENODEV when there is no such link. Needs CAP_NET_ADMIN.
 */
export function useNeighbor(ifIndex: number, address: IpAddress): NetlinkRequest {
  const message = blank(familyNumber(address.family), ifIndex, neighborStates.none, { destination: address });
  const used = { ...message, flags: neighborFlags.use };
  return request(NEW_NEIGHBOR, messageFlags.create, used, 'use', `neighbor ${address}`);
}

/** Forgets an entry. ENOENT when there is none. Needs CAP_NET_ADMIN. */
export function deleteNeighbor(ifIndex: number, address: IpAddress): NetlinkRequest {
  const message = blank(familyNumber(address.family), ifIndex, 0, { destination: address });
  return request(DELETE_NEIGHBOR, 0, message, 'delete', `neighbor ${address}`);
}

/** Reads the neighbors of every link of the connection's namespace. @throws {@link NetlinkError} */
export function listNeighbors(connection: NetlinkConnection): readonly Neighbor[] {
  return connection.dump(request(GET_NEIGHBOR, 0, blank(0, 0, 0, {}), 'list', 'neighbors')).map((body) => {
    const { ifIndex, state, attributes } = neighborMessage.read(body);
    return { ifIndex, state, address: attributes.destination, mac: attributes.linkLayerAddress };
  });
}

function blank(
  family: number,
  ifIndex: number,
  state: number,
  attributes: NeighborMessage['attributes'],
): NeighborMessage {
  return { family, ifIndex, state, flags: 0, type: 0, attributes };
}

function request(
  type: number,
  flags: number,
  body: NeighborMessage,
  operation: string,
  subject: string,
): NetlinkRequest {
  return { type, flags, body: (writer) => neighborMessage.write(writer, body), operation, subject };
}
