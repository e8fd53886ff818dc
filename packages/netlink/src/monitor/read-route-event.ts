import { decodeAddress } from '../address/service.ts';
import { decodeLink } from '../link/link.ts';
import { decodeRoute } from '../route/service.ts';
import { messageFlags, type RawMessage } from '../wire/header.ts';
import type { AddressEvent, LinkEvent, NetlinkEventKind, RouteEvent } from './events.ts';

/** RTM_NEW* and RTM_DEL* (linux/rtnetlink.h). */
const kinds: ReadonlyMap<number, (LinkEvent | AddressEvent | RouteEvent)['kind']> = new Map([
  [16, 'link-changed'],
  [17, 'link-deleted'],
  [20, 'address-added'],
  [21, 'address-deleted'],
  [24, 'route-added'],
  [25, 'route-deleted'],
]);

/** The kind of event that a message of rtnetlink is about; undefined where it is another. */
export function routeEventKind({
  type,
  flags,
  body,
}: RawMessage): Exclude<NetlinkEventKind, 'firewall-changed'> | undefined {
  const kind = kinds.get(type);
  if (kind === 'route-added' && (flags & messageFlags.replace) !== 0) return 'route-replaced';
  // In the family of bridges, the kernel tells what a link is as a port.
  if ((kind === 'link-changed' || kind === 'link-deleted') && body[0] !== 0) return undefined;
  return kind;
}

/** Reads a message of rtnetlink; undefined where there is nothing in it to tell of. */
export function readRouteEvent(
  kind: Exclude<NetlinkEventKind, 'firewall-changed'>,
  body: Uint8Array,
  netnsId: number | undefined,
): LinkEvent | AddressEvent | RouteEvent | undefined {
  switch (kind) {
    case 'link-changed':
    case 'link-deleted':
      return { kind, netnsId, link: decodeLink(body) };
    case 'address-added':
    case 'address-deleted': {
      const address = decodeAddress(body);
      return address && { kind, netnsId, address };
    }
    default: {
      const route = decodeRoute(body);
      return route === undefined || route.cloned ? undefined : { kind, netnsId, route };
    }
  }
}
