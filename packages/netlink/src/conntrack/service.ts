import type { AddressFamily, IpAddress } from '@tsnet/inet';
import type { NetlinkConnection, NetlinkRequest } from '../connection.ts';
import { NetlinkError } from '../errors.ts';
import { familyNumber } from '../family.ts';
import { type ConntrackMessage, conntrackMessage } from './message.ts';

const SUBSYSTEM = 1 << 8;
const GET_FLOW = SUBSYSTEM | 1;
const DELETE_FLOW = SUBSYSTEM | 2;

/** Bits of CTA_FILTER_ORIG_FLAGS (net/netfilter/nf_internals.h). */
const fields = { destination: 1 << 1, protocol: 1 << 3, destinationPort: 1 << 5 } as const;

/** Which tracked connections to forget: those that were opened to this port. */
export interface FlowFilter {
  readonly family: AddressFamily;
  /** IANA protocol number: 6 is TCP, 17 UDP. */
  readonly protocol: number;
  /** The port that the connection was opened to, before translation. */
  readonly port: number;
  /** The address that it was opened to; any when undefined. */
  readonly destination?: IpAddress | undefined;
}

/**
 * Forgets the tracked connections that match, so that their next packet is judged and translated
 * anew. Connections that do not exist are no error. `connection` must speak the netfilter protocol.
 * Needs CAP_NET_ADMIN.
 */
export function deleteFlows(connection: NetlinkConnection, filter: FlowFilter): void {
  const matching = flowRequest(DELETE_FLOW, filter);
  try {
    connection.send(matching);
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    if (error.errnoName === 'ENOENT') return;
    if (error.errnoName !== 'EOPNOTSUPP') throw error;
    // Kernels before 6.8 filter when they list, not when they delete.
    deleteOneByOne(connection, filter);
  }
}

function deleteOneByOne(connection: NetlinkConnection, filter: FlowFilter): void {
  for (const body of connection.dump(flowRequest(GET_FLOW, filter))) {
    const { original, id } = conntrackMessage.read(body).attributes;
    if (original === undefined || original.protocol?.destinationPort !== filter.port) continue;
    const message = flowMessage(filter.family, { original, ...(id === undefined ? {} : { id }) });
    try {
      connection.send(request(DELETE_FLOW, message));
    } catch (error) {
      if (!(error instanceof NetlinkError && error.errnoName === 'ENOENT')) throw error;
    }
  }
}

function flowRequest(type: number, filter: FlowFilter): NetlinkRequest {
  const { family, protocol, port, destination } = filter;
  const mask = fields.protocol | fields.destinationPort | (destination === undefined ? 0 : fields.destination);
  const addresses =
    destination === undefined ? {} : family === 'ipv4' ? { destinationV4: destination } : { destinationV6: destination };
  return request(
    type,
    flowMessage(family, {
      original: { addresses, protocol: { protocol, destinationPort: port } },
      filter: { originalFields: mask, replyFields: 0 },
    }),
  );
}

function flowMessage(family: AddressFamily, attributes: ConntrackMessage['attributes']): ConntrackMessage {
  return { family: familyNumber(family), version: 0, resourceId: 0, attributes };
}

function request(type: number, message: ConntrackMessage): NetlinkRequest {
  return {
    type,
    flags: 0,
    body: (writer) => conntrackMessage.write(writer, message),
    operation: type === DELETE_FLOW ? 'forget' : 'list',
    subject: 'tracked connections',
  };
}
