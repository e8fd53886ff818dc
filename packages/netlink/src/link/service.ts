import { constants } from 'node:os';
import type { NetlinkConnection } from '../connection.ts';
import { decodeLink, type Link } from './link.ts';
import { getLinkRequest, type LinkRef, listLinksRequest } from './requests.ts';

/** Reads one link. @throws {@link NetlinkError} of kind `not-found` when there is none. No privilege needed. */
export function getLink(connection: NetlinkConnection, ref: LinkRef): Link {
  return decodeLink(connection.get(getLinkRequest(ref)));
}

/** Reads one link, or undefined when there is none. @throws {@link NetlinkError} for any other refusal. */
export function findLink(connection: NetlinkConnection, ref: LinkRef): Link | undefined {
  const body = connection.find(getLinkRequest(ref), noSuchLink);
  return body === undefined ? undefined : decodeLink(body);
}

const noSuchLink: ReadonlySet<number> = new Set([constants.errno.ENODEV]);

/** Reads all links of the connection's namespace, or the ports of one bridge. @throws {@link NetlinkError} */
export function listLinks(
  connection: NetlinkConnection,
  filter: { readonly master?: number } = {},
): readonly Link[] {
  return connection.dump(listLinksRequest(filter)).map(decodeLink);
}
