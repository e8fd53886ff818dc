import type { Change, Host, Watch, WatchOptions } from '@tsnet/core';
import { type FirewallEvent, type NetlinkEvent, NetlinkMonitor } from '@tsnet/netlink';
import { TABLE } from '../firewall/sets.ts';
import { TrackedLinks } from './tracked-links.ts';

/** Milliseconds in which what happens together may gather. */
const GATHER_MS = 10;
/** NFPROTO_INET (linux/netfilter.h). */
const INET = 1;

/** Watches the links of the host and its sandboxes, and the firewall's table. */
export class BridgeWatch implements Watch {
  readonly #options: WatchOptions;
  readonly #links: TrackedLinks;
  readonly #monitor: NetlinkMonitor;

  /** @throws {@link SystemCallError}. Needs CAP_NET_ADMIN and CAP_SYS_ADMIN. */
  constructor({ linux, netns, netlink }: Host, options: WatchOptions) {
    this.#options = options;
    this.#links = new TrackedLinks(netlink);
    this.#monitor = NetlinkMonitor.open({
      linux,
      netns: netns.fd,
      everywhere: true,
      // What is added is no damage.
      kinds: [
        'link-changed',
        'link-deleted',
        'address-deleted',
        'route-replaced',
        'route-deleted',
        'firewall-changed',
      ],
      gatherMs: GATHER_MS,
      onEvents: (events) => this.#tell(events),
      onFailure: options.onFailure,
    });
    try {
      // Links that came before the monitor did.
      this.#links.readAll();
    } catch (error) {
      this.#monitor.close().catch(options.onFailure);
      throw error;
    }
  }

  read(): void {
    this.#monitor.read();
  }

  close(): Promise<void> {
    return this.#monitor.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #tell(events: readonly NetlinkEvent[]): void {
    const changes = events.flatMap((event) => this.#changesOf(event));
    if (changes.length > 0) this.#options.onChanges(changes);
  }

  #changesOf(event: NetlinkEvent): readonly Change[] {
    if (event.kind === 'lost') {
      this.#links.readAll();
      return [{ what: 'everything' }];
    }
    if (event.kind === 'firewall-changed') return isDoneToTable(event) ? [{ what: 'shared' }] : [];
    return this.#links.changesOf(event);
  }
}

/**
 * Whether somebody else has done something to tsnet's table, and not merely opened something in it. Where this process is
 * in a namespace of processes that numbers it otherwise, it takes itself for somebody else.
 */
function isDoneToTable({ processId, changes }: FirewallEvent): boolean {
  return (
    processId !== process.pid &&
    changes.some(
      ({ change, what, family, table }) =>
        family === INET && table === TABLE && (change === 'deleted' || what !== 'element'),
    )
  );
}
