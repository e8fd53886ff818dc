import type { AddressFamily, IpAddress } from '@tsnet/inet';
import { familyNumber } from '../family.ts';
import type { ConntrackMessage } from './message.ts';

/** Which tracked connections to forget: those that were opened to these ports, and all that is said besides. */
export interface FlowFilter {
  readonly family: AddressFamily;
  /** IANA protocol number of one that has ports: 6 is TCP, 17 UDP. */
  readonly protocol: number;
  /** The port that the connection was opened to, before translation. */
  readonly port: number;
  /** The last one of a range that begins with `port`; only that port when undefined. */
  readonly lastPort?: number | undefined;
  /** The address that it was opened to, before translation; any when undefined. */
  readonly destination?: IpAddress | undefined;
  /** The address that answers, after translation; any when undefined. */
  readonly answeredBy?: IpAddress | undefined;
  /** Only those that nobody has answered and nothing translates. */
  readonly unanswered?: boolean | undefined;
}

/** Bits of CTA_FILTER_ORIG_FLAGS and CTA_FILTER_REPLY_FLAGS (net/netfilter/nf_internals.h). */
const fields = { source: 1 << 0, destination: 1 << 1, protocol: 1 << 3, destinationPort: 1 << 5 } as const;

/** IPS_SEEN_REPLY, IPS_SRC_NAT and IPS_DST_NAT (linux/netfilter/nf_conntrack_common.h). */
const ANSWERED_OR_TRANSLATED = 0x02 | 0x10 | 0x20;

/** Whether the kernel can be told the whole filter, and be trusted with it. */
export function isForKernel(filter: FlowFilter): boolean {
  return !isRange(filter) && hasTrustedAddresses(filter);
}

/** What the kernel can be asked for: all but ranges of ports, and but the addresses where it is not trusted with them. */
export function kernelFilter(filter: FlowFilter): ConntrackMessage['attributes'] {
  const { family, protocol, port, unanswered } = filter;
  const { destination, answeredBy } = hasTrustedAddresses(filter) ? filter : {};
  const hasPort = !isRange(filter);
  const isIpv4 = family === 'ipv4';
  return {
    original: {
      addresses: isIpv4 ? { destinationV4: destination } : { destinationV6: destination },
      protocol: hasPort ? { protocol, destinationPort: port } : { protocol },
    },
    ...(answeredBy === undefined
      ? {}
      : { reply: { addresses: isIpv4 ? { sourceV4: answeredBy } : { sourceV6: answeredBy } } }),
    ...(unanswered ? { status: 0, statusMask: ANSWERED_OR_TRANSLATED } : {}),
    filter: {
      originalFields:
        fields.protocol |
        (hasPort ? fields.destinationPort : 0) |
        (destination === undefined ? 0 : fields.destination),
      replyFields: answeredBy === undefined ? 0 : fields.source,
    },
  };
}

/** Whether a tracked connection that the kernel lists is meant by a filter. */
export function matchesFilter({ family, attributes }: ConntrackMessage, filter: FlowFilter): boolean {
  const { original, reply, status = 0 } = attributes;
  const { protocol, addresses } = original ?? {};
  return (
    // Kernels before 5.8 ignore the filter and list every flow.
    family === familyNumber(filter.family) &&
    protocol?.protocol === filter.protocol &&
    isPort(filter, protocol.destinationPort) &&
    isAddress(filter.destination, addresses?.destinationV4 ?? addresses?.destinationV6) &&
    isAddress(filter.answeredBy, reply?.addresses?.sourceV4 ?? reply?.addresses?.sourceV6) &&
    !(filter.unanswered && (status & ANSWERED_OR_TRANSLATED) !== 0)
  );
}

/** The ports of a filter in words: `port 80`, `ports 8000-8099`. */
export function portsOf(filter: FlowFilter): string {
  return isRange(filter) ? `ports ${filter.port}-${filter.lastPort}` : `port ${filter.port}`;
}

function isRange({ port, lastPort = port }: FlowFilter): boolean {
  return lastPort !== port;
}

function hasTrustedAddresses({ family, destination, answeredBy }: FlowFilter): boolean {
  // Linux compares addresses of IPv6 the wrong way round (5.8 to 6.18 at least): it would delete all the others.
  return family === 'ipv4' || (destination === undefined && answeredBy === undefined);
}

function isPort({ port, lastPort = port }: FlowFilter, found: number | undefined): boolean {
  return found !== undefined && found >= port && found <= lastPort;
}

function isAddress(wanted: IpAddress | undefined, found: IpAddress | undefined): boolean {
  return wanted === undefined || (found !== undefined && wanted.equals(found));
}
