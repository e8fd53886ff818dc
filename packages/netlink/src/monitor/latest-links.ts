import { linkHeader } from '../link/header.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import type { NetlinkEvent, NetlinkEventKind } from './events.ts';
import { readRouteEvent } from './read-route-event.ts';

/** Messages of rtnetlink in their order; of the changes of one link only the last, which tells all that the others do. */
export class LatestLinks {
  readonly #messages = new Map<string | number, () => NetlinkEvent | undefined>();
  #count = 0;

  /** @param body - is read later. */
  add(
    kind: Exclude<NetlinkEventKind, 'firewall-changed'>,
    body: Uint8Array,
    netnsId: number | undefined,
  ): void {
    const key =
      kind === 'link-changed' ? `${netnsId} ${linkHeader.read(new ByteReader(body)).ifIndex}` : this.#count++;
    // In its own place: what came before it is not told behind it.
    this.#messages.delete(key);
    this.#messages.set(key, () => readRouteEvent(kind, body, netnsId));
  }

  /** @throws {@link MalformedAttributeError}, {@link TruncatedMessageError} */
  events(): readonly NetlinkEvent[] {
    return [...this.#messages.values()].flatMap((read) => read() ?? []);
  }
}
