import type { NetlinkConnection } from '../connection.ts';
import { NetlinkError } from '../errors.ts';
import { decodeLink, type Link } from './link.ts';
import { getLinkRequest, type LinkRef, listLinksRequest } from './requests.ts';

/** Reads one link. @throws {@link NetlinkError} of kind `not-found` when there is none. No privilege needed. */
export function getLink(connection: NetlinkConnection, ref: LinkRef): Link {
  return decodeLink(connection.get(getLinkRequest(ref)));
}

/** Reads one link, or undefined when there is none. @throws {@link NetlinkError} for any other refusal. */
export function findLink(connection: NetlinkConnection, ref: LinkRef): Link | undefined {
  try {
    return getLink(connection, ref);
  } catch (error) {
    if (error instanceof NetlinkError && error.errnoName === 'ENODEV') return undefined;
    throw error;
  }
}

/** Reads all links of the connection's namespace, or the ports of one bridge. @throws {@link NetlinkError} */
export function listLinks(
  connection: NetlinkConnection,
  filter: { readonly master?: number } = {},
): readonly Link[] {
  return connection.dump(listLinksRequest(filter)).map(decodeLink);
}
