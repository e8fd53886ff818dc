import type { Host, Traffic, TrafficReport } from '@tsnet/core';
import { type LinkTraffic, listLinkTraffic } from '@tsnet/netlink';
import { parseMark } from './mark.ts';

/** Reads the counters of all marked links in one dump. */
export function readTraffic({ netlink }: Host): TrafficReport {
  const endpoints = new Map<string, Traffic>();
  const networks = new Map<string, Traffic>();
  for (const link of listLinkTraffic(netlink)) {
    const mark = parseMark(link.alias);
    if (mark === undefined) continue;
    (mark.kind === 'endpoint' ? endpoints : networks).set(mark.id, fromTheOtherSide(link));
  }
  return { endpoints, networks };
}

/** What the host's end, or the bridge, sends is what the sandbox receives, or all sandboxes do. */
function fromTheOtherSide(link: LinkTraffic): Traffic {
  return {
    receivedBytes: link.sentBytes,
    receivedPackets: link.sentPackets,
    sentBytes: link.receivedBytes,
    sentPackets: link.receivedPackets,
  };
}
