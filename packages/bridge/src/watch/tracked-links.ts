import type { Change } from '@tsnet/core';
import { type Link, listLinks, type NetlinkConnection, type NetlinkEvent } from '@tsnet/netlink';
import { parseMark } from '../mark.ts';

/** A link of the host that bears a mark. */
interface Tracked {
  readonly id: string;
  readonly kind: 'network' | 'endpoint';
  readonly ifName: string;
  /** The other end of a pair, by {@link placeOf}. */
  readonly inside: string | undefined;
}

/** Knows whose links are, here and in the sandboxes, and so what an event is about. */
export class TrackedLinks {
  readonly #netlink: NetlinkConnection;
  readonly #hostLinks = new Map<number, Tracked>();
  /** Ids of endpoints by the place of their sandbox's end. */
  readonly #insides = new Map<string, string>();

  constructor(netlink: NetlinkConnection) {
    this.#netlink = netlink;
  }

  /** Learns all links, and forgets what was known. @throws {@link NetlinkError} */
  readAll(): void {
    this.#hostLinks.clear();
    this.#insides.clear();
    for (const link of listLinks(this.#netlink)) this.#track(link);
  }

  /** What an event tells of links that bear a mark, or of their other ends. */
  changesOf(event: NetlinkEvent): readonly Change[] {
    switch (event.kind) {
      case 'link-changed':
        return event.netnsId === undefined
          ? this.#hostLinkChanged(event.link)
          : this.#inside(event.netnsId, event.link.ifIndex, 'inside', event.link.up);
      case 'link-deleted':
        return event.netnsId === undefined
          ? this.#hostLinkDeleted(event.link)
          : this.#insideDeleted(event.netnsId, event.link.ifIndex);
      case 'address-deleted': {
        const { ifIndex } = event.address;
        if (event.netnsId !== undefined) return this.#inside(event.netnsId, ifIndex, 'addresses', false);
        const tracked = this.#hostLinks.get(ifIndex);
        return tracked?.kind === 'network' ? [told(tracked.id, 'addresses', false)] : [];
      }
      case 'route-deleted':
      case 'route-replaced':
        return event.netnsId === undefined
          ? []
          : this.#inside(event.netnsId, event.route.ifIndex, 'routes', false);
      default:
        return [];
    }
  }

  #hostLinkChanged(link: Link): readonly Change[] {
    const before = this.#hostLinks.get(link.ifIndex);
    const mark = this.#track(link);
    if (mark === undefined) return before === undefined ? [] : [told(before.id, 'link', false)];
    const isWell = link.up && (mark.kind === 'network' || link.master !== undefined);
    return [
      told(mark.id, 'link', isWell),
      ...(mayBeRenamed(before, mark) ? [told(mark.id, 'name', false)] : []),
    ];
  }

  #hostLinkDeleted(link: Link): readonly Change[] {
    const id = this.#hostLinks.get(link.ifIndex)?.id ?? parseMark(link.alias)?.id;
    this.#forget(link.ifIndex);
    return id === undefined ? [] : [told(id, 'link', false)];
  }

  #insideDeleted(netnsId: number, ifIndex: number): readonly Change[] {
    const changes = this.#inside(netnsId, ifIndex, 'inside', false);
    this.#insides.delete(placeOf(netnsId, ifIndex));
    return changes;
  }

  #inside(netnsId: number, ifIndex: number | undefined, part: string, isWell: boolean): readonly Change[] {
    const id = ifIndex === undefined ? undefined : this.#insides.get(placeOf(netnsId, ifIndex));
    return id === undefined ? [] : [told(id, part, isWell)];
  }

  /** Takes in how a link is, if it bears a mark. */
  #track({ ifIndex, ifName, alias, peerNetnsId, peerIfIndex }: Link): Tracked | undefined {
    this.#forget(ifIndex);
    const mark = parseMark(alias);
    if (mark === undefined) return undefined;
    const inside =
      mark.kind === 'network' || peerNetnsId === undefined || peerIfIndex === undefined
        ? undefined
        : placeOf(peerNetnsId, peerIfIndex);
    const tracked = { ...mark, ifName, inside };
    this.#hostLinks.set(ifIndex, tracked);
    if (inside !== undefined) this.#insides.set(inside, mark.id);
    return tracked;
  }

  #forget(ifIndex: number): void {
    const inside = this.#hostLinks.get(ifIndex)?.inside;
    if (inside !== undefined) this.#insides.delete(inside);
    this.#hostLinks.delete(ifIndex);
  }
}

function told(id: string, part: string, isWell: boolean): Change {
  return { what: 'owner', id, part, isWell };
}

/**
 * Whether a link may have got another name than it should have. What a bridge was called before it was first heard of is
 * not known: it may have been made and renamed since.
 */
function mayBeRenamed(before: Tracked | undefined, { kind, ifName }: Tracked): boolean {
  return before === undefined ? kind === 'network' : before.ifName !== ifName;
}

/** Where the sandbox's end of a pair is: the namespace, as an id of the host's, and the index there. */
function placeOf(netnsId: number, ifIndex: number): string {
  return `${netnsId} ${ifIndex}`;
}
