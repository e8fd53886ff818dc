import { writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type Datagram, DatagramBatch, type Linux } from '@tsnet/linux';
import { netlinkProtocols } from '../connection.ts';
import { ConnectionClosedError } from '../errors.ts';
import { decodeMessages, type RawMessage } from '../wire/header.ts';
import type { NetlinkEvent, NetlinkEventKind } from './events.ts';
import { FirewallTransactions } from './firewall-transactions.ts';
import { LatestLinks } from './latest-links.ts';
import { MulticastSocket, netnsIdOf } from './multicast-socket.ts';
import { routeEventKind } from './read-route-event.ts';

/** How a {@link NetlinkMonitor} is opened. */
export interface NetlinkMonitorOptions {
  readonly linux: Linux;
  /** An open descriptor of the namespace to watch; the calling thread's own by default. */
  readonly netns?: number | undefined;
  /** What to tell: the kernel is asked for no more. */
  readonly kinds: readonly NetlinkEventKind[];
  /**
   * Whether links, addresses and routes of other namespaces are watched too: those that have an id in this one, as every
   * namespace has that holds the other end of one of its links. False by default.
   */
  readonly everywhere?: boolean;
  /** Milliseconds in which what happens together may gather before it is told; 0 by default. */
  readonly gatherMs?: number;
  /** Told in the order of what happened. May be called while {@link NetlinkMonitor.read} is. */
  readonly onEvents: (events: readonly NetlinkEvent[]) => void;
  /** Told what goes wrong with reading, or with `onEvents`; the monitor goes on. */
  readonly onFailure: (error: unknown) => void;
}

/** What a monitor hears by. */
interface Sockets {
  route?: MulticastSocket;
  netfilter?: MulticastSocket;
}

/** RTNLGRP_* (linux/rtnetlink.h): the groups in which the kernel tells of each kind. */
const routeGroups: readonly (readonly [number, readonly NetlinkEventKind[]])[] = [
  [1, ['link-changed', 'link-deleted']],
  [5, ['address-added', 'address-deleted']],
  [9, ['address-added', 'address-deleted']],
  [7, ['route-added', 'route-replaced', 'route-deleted']],
  [11, ['route-added', 'route-replaced', 'route-deleted']],
];
const NFNLGRP_NFTABLES = 7;
const BATCH = { count: 32, length: 1 << 14 };

/**
 * Tells what changes in a namespace, and in those around it. It takes one thread of Node's pool, whatever it watches, and
 * keeps the process alive until it is closed.
 *
 * What happened before send(2) or another system call returned to whoever did it is there to be read then, but for
 * carriers of links, of which the kernel tells up to a second later.
 */
export class NetlinkMonitor implements AsyncDisposable {
  readonly #options: NetlinkMonitorOptions;
  readonly #kinds: ReadonlySet<NetlinkEventKind>;
  readonly #route: MulticastSocket | undefined;
  readonly #netfilter: MulticastSocket | undefined;
  /** Readable when the monitor is to end. */
  readonly #ending: number;
  readonly #batch = new DatagramBatch(BATCH);
  readonly #transactions = new FirewallTransactions();
  readonly #ended: Promise<void>;
  #closed = false;

  private constructor(options: NetlinkMonitorOptions, { route, netfilter }: Sockets, ending: number) {
    this.#options = options;
    this.#kinds = new Set(options.kinds);
    this.#ending = ending;
    this.#route = route;
    this.#netfilter = netfilter;
    this.#ended = this.#run([route, netfilter].filter((socket) => socket !== undefined));
  }

  /** Watches from now on. @throws {@link SystemCallError}. Needs CAP_NET_ADMIN, and CAP_SYS_ADMIN when a namespace is given. */
  static open(options: NetlinkMonitorOptions): NetlinkMonitor {
    const { linux, netns, kinds, everywhere = false } = options;
    const groups = routeGroups.filter(([, told]) => told.some((kind) => kinds.includes(kind)));
    const sockets: Sockets = {};
    try {
      if (groups.length > 0) {
        const { route: protocol } = netlinkProtocols;
        const numbers = groups.map(([group]) => group);
        sockets.route = MulticastSocket.open({ linux, netns, protocol, groups: numbers, everywhere });
      }
      if (kinds.includes('firewall-changed')) {
        const { netfilter: protocol } = netlinkProtocols;
        const numbers = [NFNLGRP_NFTABLES];
        sockets.netfilter = MulticastSocket.open({
          linux,
          netns,
          protocol,
          groups: numbers,
          everywhere: false,
        });
      }
      return new NetlinkMonitor(options, sockets, linux.eventfd());
    } catch (error) {
      sockets.route?.close();
      sockets.netfilter?.close();
      throw error;
    }
  }

  /** Tells at once what has happened so far. @throws {@link ConnectionClosedError} */
  read(): void {
    if (this.#closed) throw new ConnectionClosedError('watch', 'a namespace');
    const events: NetlinkEvent[] = [];
    const failures: unknown[] = [];
    for (const read of [() => this.#readRoute(events), () => this.#readNetfilter(events)]) {
      try {
        read();
      } catch (error) {
        failures.push(error);
        events.push({ kind: 'lost' });
      }
    }
    if (events.length > 0) this.#attempt(() => this.#options.onEvents(events));
    for (const failure of failures) this.#options.onFailure(failure);
  }

  /** Ends the watch, and resolves when its sockets are closed and its thread is free. Nothing is told any more. */
  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#wake();
    }
    return this.#ended;
  }

  /** The same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(sockets: readonly MulticastSocket[]): Promise<void> {
    const { linux, gatherMs = 0 } = this.#options;
    const fds = [this.#ending, ...sockets.map(({ fd }) => fd)];
    // A process that ends waits for the threads of its pool.
    const wake = () => this.#wake();
    process.once('exit', wake);
    try {
      while (!this.#closed) {
        await linux.waitUntilReadable(fds);
        if (gatherMs > 0 && !this.#closed) await setTimeout(gatherMs);
        if (!this.#closed) this.read();
      }
    } catch (error) {
      this.#attempt(() => this.#options.onFailure(error));
    } finally {
      this.#closed = true;
      process.off('exit', wake);
      for (const fd of fds) linux.close(fd);
    }
  }

  #wake(): void {
    writeSync(this.#ending, new Uint8Array(new BigUint64Array([1n]).buffer));
  }

  #readRoute(events: NetlinkEvent[]): void {
    const pending = new LatestLinks();
    const isLost = this.#route?.read(this.#batch, (datagram) => {
      const netnsId = netnsIdOf(datagram);
      for (const message of decodeMessages(datagram.bytes)) this.#takeRoute(message, netnsId, pending);
    });
    events.push(...pending.events());
    if (isLost) events.push({ kind: 'lost' });
  }

  #takeRoute(message: RawMessage, netnsId: number | undefined, pending: LatestLinks): void {
    const kind = routeEventKind(message);
    if (kind === undefined || !this.#kinds.has(kind)) return;
    // The batch is filled again before this is read.
    pending.add(kind, message.body.slice(), netnsId);
  }

  #readNetfilter(events: NetlinkEvent[]): void {
    const isLost = this.#netfilter?.read(this.#batch, ({ bytes }: Datagram) => {
      for (const message of decodeMessages(bytes)) {
        const event = this.#transactions.add(message);
        if (event !== undefined) events.push(event);
      }
    });
    if (!isLost) return;
    this.#transactions.forget();
    events.push({ kind: 'lost' });
  }

  #attempt(body: () => void): void {
    try {
      body();
    } catch (error) {
      this.#options.onFailure(error);
    }
  }
}
