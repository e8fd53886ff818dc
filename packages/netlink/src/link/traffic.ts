import type { NetlinkConnection } from '../connection.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { messageReader } from '../wire/message.ts';
import { linkAttributes } from './attributes.ts';
import { linkHeader } from './header.ts';
import { listLinksWithTrafficRequest } from './requests.ts';

/** What has gone through a link since it was made. Received is what came in over the link: see `ip -s link`. */
export interface LinkTraffic {
  readonly ifIndex: number;
  readonly ifName: string;
  /** Free text; tsnet's mark stands there. */
  readonly alias: string | undefined;
  readonly receivedPackets: bigint;
  readonly sentPackets: bigint;
  readonly receivedBytes: bigint;
  readonly sentBytes: bigint;
}

const reader = messageReader(linkHeader, linkAttributes.only('ifName', 'alias', 'statistics'));

/** Reads the counters of all links of the connection's namespace, in one dump. @throws {@link NetlinkError} */
export function listLinkTraffic(connection: NetlinkConnection): readonly LinkTraffic[] {
  return connection.dump(listLinksWithTrafficRequest()).map(decodeLinkTraffic);
}

/** Reads a link's counters from the body of RTM_NEWLINK; all of them are 0 where there are none in it. */
export function decodeLinkTraffic(body: Uint8Array): LinkTraffic {
  const { ifIndex, attributes } = reader.read(body);
  const { ifName = '', alias, statistics } = attributes;
  return { ifIndex, ifName, alias, ...decodeCounters(statistics ?? new Uint8Array(32)) };
}

/** struct rtnl_link_stats64 (linux/if_link.h), the first four of its fields, in host byte order. */
function decodeCounters(bytes: Uint8Array) {
  const counters = new ByteReader(bytes);
  const receivedPackets = counters.u64();
  const sentPackets = counters.u64();
  const receivedBytes = counters.u64();
  return { receivedPackets, sentPackets, receivedBytes, sentBytes: counters.u64() };
}
