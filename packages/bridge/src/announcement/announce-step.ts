import type { Endpoint, Host, Step } from '@tsnet/core';
import {
  changeLink,
  deleteNeighbor,
  findLink,
  type NetlinkConnection,
  NetlinkError,
  type NetlinkRequest,
} from '@tsnet/netlink';
import type { Netns } from '@tsnet/netns';
import type { Announcer } from './announcer.ts';

/** What goes on when the step is done. */
type Background = (work: Promise<void>) => void;

/**
 * Tells everybody on an endpoint's bridge where its addresses are. When the step is done, the endpoint can be reached, and
 * the host itself knows nothing older; the others are told in the background.
 */
export function announceStep(
  host: Host,
  announcer: Announcer,
  endpoint: Endpoint,
  sandbox: Netns,
  background: Background,
): Step {
  const { netlink } = host;
  const { hostIfName, addresses } = endpoint;
  return {
    name: 'announce',
    subject: `${endpoint.ifName} of ${endpoint.sandbox.ref}`,
    apply() {
      // Reading the host's end makes the kernel settle its carrier, without which the bridge still drops what
      // the sandbox sends.
      const { master: bridge, peerIfIndex: link } = findLink(netlink, hostIfName) ?? {};
      if (bridge === undefined || link === undefined) return;
      // What goes out by the bridge does not come back to the host.
      for (const { prefix } of addresses) sendIfThere(netlink, deleteNeighbor(bridge, prefix.address));
      background(
        announcer.tell({ bridge, link }, endpoint, sandbox).then(() => {
          sendIfThere(netlink, changeLink(hostIfName, { bridgePort: { hairpin: true } }));
        }),
      );
    },
  };
}

/** What a request is about may be gone by now, or the port of a bridge no more. */
function sendIfThere(netlink: NetlinkConnection, request: NetlinkRequest): void {
  try {
    netlink.send(request);
  } catch (error) {
    const isGone =
      error instanceof NetlinkError && (error.kind === 'not-found' || error.kind === 'unsupported');
    if (!isGone) throw error;
  }
}
