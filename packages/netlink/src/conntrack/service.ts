import type { AddressFamily, IpAddress } from '@tsnet/inet';
import type { NetlinkConnection } from '../connection.ts';
import { NetlinkError } from '../errors.ts';
import { familyNumber } from '../family.ts';
import type { NetlinkRequest } from '../request.ts';
import { type ConntrackMessage, conntrackMessage } from './message.ts';

const SUBSYSTEM = 1 << 8;
const GET_FLOW = SUBSYSTEM | 1;
const DELETE_FLOW = SUBSYSTEM | 2;

/** Bits of CTA_FILTER_ORIG_FLAGS (net/netfilter/nf_internals.h). */
const fields = { destination: 1 << 1, protocol: 1 << 3, destinationPort: 1 << 5 } as const;

/** How kernels answer that filter only when they list: older ones want the whole tuple of one flow. */
const cannotFilter: ReadonlySet<string> = new Set(['EINVAL', 'EOPNOTSUPP']);

/** Which tracked connections to forget: those that were opened to this port. */
export interface FlowFilter {
  readonly family: AddressFamily;
  /** IANA protocol number of one that has ports: 6 is TCP, 17 UDP. */
  readonly protocol: number;
  /** The port that the connection was opened to, before translation. */
  readonly port: number;
  /** The address that it was opened to, before translation; any when undefined. */
  readonly destination?: IpAddress | undefined;
}

/**
 * Forgets the tracked connections that match, in every zone, so that their next packet is judged and
 * translated anew. It is no error when there are none. `connection` must speak the netfilter protocol.
 * Needs CAP_NET_ADMIN.
 *
 * @throws {@link NetlinkError}
 */
export function deleteFlows(connection: NetlinkConnection, filter: FlowFilter): void {
  // Linux compares addresses of IPv6 the wrong way round (5.8 to 6.18 at least): it would delete all the others.
  const trusted = filter.family === 'ipv4' || filter.destination === undefined;
  if (!trusted || !deleteAtOnce(connection, filter)) deleteOneByOne(connection, filter);
}

/** False when the kernel cannot. */
function deleteAtOnce(connection: NetlinkConnection, filter: FlowFilter): boolean {
  try {
    connection.send(flowRequest(DELETE_FLOW, filter));
    return true;
  } catch (error) {
    if (error instanceof NetlinkError && cannotFilter.has(error.errnoName)) return false;
    throw error;
  }
}

function deleteOneByOne(connection: NetlinkConnection, filter: FlowFilter): void {
  const { destination: _compared, ...listed } = filter;
  for (const body of connection.dump(flowRequest(GET_FLOW, listed))) {
    const { family, attributes } = conntrackMessage.read(body);
    const { original, id, zone } = attributes;
    // Kernels before 5.8 ignore the filter and list every flow.
    if (family !== familyNumber(filter.family) || !matches(original, filter)) continue;
    try {
      connection.send(request(DELETE_FLOW, flowMessage(filter.family, { original, id, zone }), filter));
    } catch (error) {
      if (!(error instanceof NetlinkError && error.errnoName === 'ENOENT')) throw error;
    }
  }
}

function matches(original: ConntrackMessage['attributes']['original'], filter: FlowFilter): boolean {
  const { protocol, addresses } = original ?? {};
  if (protocol?.protocol !== filter.protocol || protocol.destinationPort !== filter.port) return false;
  const destination = addresses?.destinationV4 ?? addresses?.destinationV6;
  return filter.destination === undefined || destination?.equals(filter.destination) === true;
}

function flowRequest(type: number, filter: FlowFilter): NetlinkRequest {
  const { family, protocol, port, destination } = filter;
  const message = flowMessage(family, {
    original: {
      addresses: family === 'ipv4' ? { destinationV4: destination } : { destinationV6: destination },
      protocol: { protocol, destinationPort: port },
    },
    filter: {
      originalFields:
        fields.protocol | fields.destinationPort | (destination === undefined ? 0 : fields.destination),
      replyFields: 0,
    },
  });
  return request(type, message, filter);
}

function flowMessage(family: AddressFamily, attributes: ConntrackMessage['attributes']): ConntrackMessage {
  return { family: familyNumber(family), version: 0, resourceId: 0, attributes };
}

function request(type: number, message: ConntrackMessage, { destination, port }: FlowFilter): NetlinkRequest {
  return {
    type,
    flags: 0,
    body: (writer) => conntrackMessage.write(writer, message),
    operation: type === DELETE_FLOW ? 'forget' : 'list',
    subject: `connections to ${destination === undefined ? `port ${port}` : `port ${port} of ${destination}`}`,
  };
}
