import type { IpAddress } from '@tsnet/inet';
import { changeLink, deleteNeighbor, findLink, NetlinkError, useNeighbor } from '@tsnet/netlink';
import type { EngineContext } from '../context.ts';
import type { Sandbox } from '../host/sandbox.ts';
import type { Endpoint } from '../model/endpoint.ts';

/** How many announcements may be under way: each keeps a namespace open. */
const LIMIT = 16;

/** Whether one of the endpoint's addresses is of IPv6. */
export function hasIpv6({ addresses }: Endpoint): boolean {
  return addresses.some(({ prefix }) => prefix.family === 'ipv6');
}

/**
 * Tells the others on the network where the endpoint's addresses are now: gratuitous ARP (RFC 5227) and
 * unsolicited neighbor advertisements (RFC 4861 7.2.6), so that nobody keeps the link-layer address of an
 * earlier holder.
 *
 * The kernel delivers a broadcast to every link of the network before it answers. Nobody waits for that of ARP,
 * which is known to have been sent when the context's announcements are settled.
 *
 * @param ifIndex - of the sandbox's end, which is up.
 */
export async function announce(
  { host, announcements }: EngineContext,
  endpoint: Endpoint,
  sandbox: Sandbox,
  ifIndex: number,
): Promise<void> {
  // Reading the host's end makes the kernel settle its carrier, without which the bridge still drops
  // what the sandbox sends.
  findLink(host.netlink, endpoint.hostIfName);
  // The kernel advertises when the link's own address is set, and forgets the link's neighbors then, and what
  // waits for them: that cannot be done behind the back of a caller who may be sending already. It would use
  // ARP as well, were that not switched on afterwards.
  if (hasIpv6(endpoint)) sandbox.netlink.send(changeLink(ifIndex, { mac: endpoint.mac, announceIpv4: true }));
  for (const { prefix } of endpoint.addresses)
    if (prefix.family === 'ipv4')
      await announcements.begin(LIMIT, () => announceIpv4(sandbox, ifIndex, prefix.address));
}

/** Resolves when the whole network has been asked who has the address: when its holder asks, that is an announcement. */
async function announceIpv4(sandbox: Sandbox, ifIndex: number, address: IpAddress): Promise<void> {
  using _ = sandbox.keepOpen();
  try {
    await sandbox.netlink.sendInBackground(useNeighbor(ifIndex, address));
    // There is no such neighbor: the kernel need not ask again.
    sandbox.netlink.send(deleteNeighbor(ifIndex, address));
  } catch (error) {
    // Disconnected meanwhile: there is nothing to announce any more.
    if (!(error instanceof NetlinkError && error.kind === 'not-found')) throw error;
  }
}
