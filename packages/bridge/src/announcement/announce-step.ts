import type { Endpoint, Host, Step } from '@tsnet/core';
import type { IpAddress } from '@tsnet/inet';
import { deleteNeighbor, findLink, type NetlinkConnection, NetlinkError } from '@tsnet/netlink';
import type { Announcer } from './announcer.ts';

/**
 * Tells everybody on an endpoint's bridge where its addresses are. When the step is done, the endpoint can be reached, and
 * the host itself knows nothing older; the others are told in the background.
 */
export function announceStep(
  host: Host,
  announcer: Announcer,
  endpoint: Endpoint,
  background: (work: Promise<void>) => void,
): Step {
  return {
    name: 'announce',
    subject: `${endpoint.ifName} of ${endpoint.sandbox.ref}`,
    apply() {
      // Reading the host's end makes the kernel settle its carrier, without which the bridge still drops what
      // the sandbox sends.
      const bridge = findLink(host.netlink, endpoint.hostIfName)?.master;
      if (bridge === undefined) return;
      // What goes out by the bridge does not come back to the host.
      for (const { prefix } of endpoint.addresses) forgetNeighbor(host.netlink, bridge, prefix.address);
      background(announcer.tell(bridge, endpoint));
    },
  };
}

function forgetNeighbor(netlink: NetlinkConnection, ifIndex: number, address: IpAddress): void {
  try {
    netlink.send(deleteNeighbor(ifIndex, address));
  } catch (error) {
    if (!(error instanceof NetlinkError && error.kind === 'not-found')) throw error;
  }
}
