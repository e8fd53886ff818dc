import { constants } from 'node:os';
import type { NetlinkConnection } from '../connection.ts';
import { NetlinkError } from '../errors.ts';
import { familyNumber } from '../family.ts';
import type { NetlinkRequest } from '../request.ts';
import { be32 } from '../wire/attribute.ts';
import { attributeSet } from '../wire/attribute-set.ts';
import { messageCodec } from '../wire/message.ts';
import { type FlowFilter, isForKernel, kernelFilter, matchesFilter, portsOf } from './flow-filter.ts';
import { netfilterHeader } from './header.ts';
import { type ConntrackMessage, conntrackMessage } from './message.ts';

const SUBSYSTEM = 1 << 8;
const GET_FLOW = SUBSYSTEM | 1;
const DELETE_FLOW = SUBSYSTEM | 2;
const GET_STATISTICS = SUBSYSTEM | 5;

/** How kernels answer that filter only when they list: older ones want the whole tuple of one flow. */
const cannotFilter: ReadonlySet<string> = new Set(['EINVAL', 'EOPNOTSUPP']);

/** CTA_STATS_GLOBAL_*: how many connections a namespace tracks, in network byte order. */
const statisticsMessage = messageCodec(netfilterHeader, attributeSet({ entries: [1, be32] }));

/**
 * Forgets the tracked connections that match, in every zone, so that their next packet is judged and
 * translated anew. It is no error when there are none. A range of ports costs one listing, however many they
 * are, and nothing where no connection is tracked; a single port costs no listing. `connection` must speak the netfilter protocol.
 * Needs CAP_NET_ADMIN.
 *
 * @throws {@link NetlinkError}
 */
export function deleteFlows(connection: NetlinkConnection, filter: FlowFilter): void {
  if (!isForKernel(filter) || !deleteAtOnce(connection, filter)) deleteOneByOne(connection, filter);
}

/** How many connections the namespace tracks. Costs nothing to ask, where listing none takes milliseconds. */
export function countFlows(connection: NetlinkConnection): number {
  const body = connection.get({
    type: GET_STATISTICS,
    flags: 0,
    body: (writer) => netfilterHeader.write(writer, { family: 0, version: 0, resourceId: 0 }),
    operation: 'count',
    subject: 'connections',
  });
  return statisticsMessage.read(body).attributes.entries ?? 0;
}

/** False when the kernel cannot. */
function deleteAtOnce(connection: NetlinkConnection, filter: FlowFilter): boolean {
  try {
    connection.send(request(DELETE_FLOW, kernelFilter(filter), filter));
    return true;
  } catch (error) {
    if (error instanceof NetlinkError && cannotFilter.has(error.errnoName)) return false;
    throw error;
  }
}

function deleteOneByOne(connection: NetlinkConnection, filter: FlowFilter): void {
  if (countFlows(connection) === 0) return;
  for (const body of connection.dump(request(GET_FLOW, kernelFilter(filter), filter))) {
    const flow = conntrackMessage.read(body);
    if (!matchesFilter(flow, filter)) continue;
    const { original, id, zone } = flow.attributes;
    try {
      connection.send(request(DELETE_FLOW, { original, id, zone }, filter));
    } catch (error) {
      // It ended by itself meanwhile.
      if (!(error instanceof NetlinkError && error.errno === constants.errno.ENOENT)) throw error;
    }
  }
}

function request(
  type: number,
  attributes: ConntrackMessage['attributes'],
  filter: FlowFilter,
): NetlinkRequest {
  const { family, destination } = filter;
  const message: ConntrackMessage = { family: familyNumber(family), version: 0, resourceId: 0, attributes };
  return {
    type,
    flags: 0,
    body: (writer) => conntrackMessage.write(writer, message),
    operation: type === DELETE_FLOW ? 'forget' : 'list',
    subject: `connections to ${portsOf(filter)}${destination === undefined ? '' : ` of ${destination}`}`,
  };
}
