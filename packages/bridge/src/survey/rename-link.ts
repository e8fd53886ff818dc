import { changeLink, type NetlinkConnection, NetlinkError } from '@tsnet/netlink';

/** Gives a link a name, whether it is up or down; it is up afterwards. Needs CAP_NET_ADMIN. */
export function renameLink(netlink: NetlinkConnection, ifIndex: number, ifName: string): void {
  const rename = changeLink(ifIndex, { ifName });
  try {
    netlink.send(rename);
  } catch (error) {
    // Before Linux 6.2 a link is renamed while it is down.
    if (!(error instanceof NetlinkError && error.errnoName === 'EBUSY')) throw error;
    netlink.send(changeLink(ifIndex, { up: false }), rename, changeLink(ifIndex, { up: true }));
  }
}
