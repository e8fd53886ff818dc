import { type AddressFamily, IpAddress, type IpPrefix } from '@tsnet/inet';
import type { Linux } from '@tsnet/linux';
import { answer } from './answer.ts';
import type { Forwarder } from './forwarder/forwarder.ts';
import { type ListeningSockets, openListeningSockets } from './listening-sockets.ts';
import { listenTcp, type TcpLimits } from './tcp-listener.ts';
import { type Answerer, listenUdp } from './udp-listener.ts';
import type { Zone } from './zone/zone.ts';

/** What a server is made from. */
export interface DnsServerOptions {
  readonly linux: Linux;
  /** An open file of the network namespace to listen in; undefined for that of the thread. */
  readonly netns?: number | undefined;
  /** Where to listen: the gateway addresses of the network, whether or not a link has them yet. */
  readonly addresses: readonly IpAddress[];
  /** Default 53. */
  readonly port?: number | undefined;
  readonly zone: Zone;
  /** From where clients may ask: the prefixes of the network. Others are refused. */
  readonly clients: readonly IpPrefix[];
  /** Asks the host's resolvers for the names of others; absent, as for a network that is internal, nobody is asked. */
  readonly forwarder?: Pick<Forwarder, 'forward'> | undefined;
  /** Default 64 connections, 32 queries under way on each, and 10 seconds of silence. */
  readonly tcp?: Partial<TcpLimits> | undefined;
}

/** Answers the names of a network. */
export interface DnsServer extends Disposable {
  /** What it answers now. */
  readonly zone: Zone;
  /** Answers from another zone, beginning with the next query; sockets and connections stay. */
  setZone(zone: Zone): void;
  /** Stops, and ends all connections. Closing again does nothing. */
  close(): void;
}

/**
 * Opens a server over UDP and TCP. Queries that come from now on are answered, as soon as the thread is free. Needs
 * CAP_SYS_ADMIN for a namespace other than the thread's, and CAP_NET_BIND_SERVICE for a port below 1024.
 *
 * @throws {@link ListenError}
 */
export function openDnsServer(options: DnsServerOptions): DnsServer {
  return new SocketServer(options);
}

const defaultLimits: TcpLimits = { connections: 64, underWay: 32, idleMs: 10_000 };
/** How many questions of one server may wait for others. */
const MOST_UNDER_WAY = 128;
const MOST_KNOWN_CLIENTS = 4096;

class SocketServer implements DnsServer {
  #zone: Zone;
  readonly #clients: readonly IpPrefix[];
  readonly #forwarder: Pick<Forwarder, 'forward'> | undefined;
  readonly #known = new Map<string, boolean>();
  readonly #closers: (() => void)[] = [];

  constructor(options: DnsServerOptions) {
    this.#zone = options.zone;
    this.#clients = options.clients;
    this.#forwarder = options.forwarder && limited(options.forwarder, MOST_UNDER_WAY);
    const limits = { ...defaultLimits, ...options.tcp };
    for (const { sockets, family } of openAll(options)) {
      this.#closers.push(listenUdp(sockets.udp, family, this.#answerer('udp')));
      this.#closers.push(listenTcp(sockets.tcp, limits, this.#answerer('tcp')));
    }
  }

  get zone(): Zone {
    return this.#zone;
  }

  setZone(zone: Zone): void {
    this.#zone = zone;
  }

  close(): void {
    for (const close of this.#closers.splice(0)) close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #answerer(transport: 'udp' | 'tcp'): Answerer {
    return (message, from) =>
      answer({ zone: this.#zone, forwarder: this.#forwarder }, message, transport, this.#isAllowed(from));
  }

  /** Parsing an address takes longer than the rest of an answer. */
  #isAllowed(from: string): boolean {
    let isAllowed = this.#known.get(from);
    if (isAllowed === undefined) {
      const [text = from] = from.split('%');
      const address = IpAddress.parse(text);
      isAllowed = this.#clients.some((prefix) => prefix.contains(address));
      if (this.#known.size >= MOST_KNOWN_CLIENTS) this.#known.clear();
      this.#known.set(from, isAllowed);
    }
    return isAllowed;
  }
}

/** All of them, or none. */
function openAll({ linux, netns, addresses, port = 53 }: DnsServerOptions) {
  const opened: { readonly sockets: ListeningSockets; readonly family: AddressFamily }[] = [];
  try {
    for (const address of addresses) {
      opened.push({ sockets: openListeningSockets(linux, netns, address, port), family: address.family });
    }
    return opened;
  } catch (error) {
    for (const { sockets } of opened) {
      linux.close(sockets.udp);
      linux.close(sockets.tcp);
    }
    throw error;
  }
}

/** A forwarder that one network cannot keep for itself. */
function limited(forwarder: Pick<Forwarder, 'forward'>, limit: number): Pick<Forwarder, 'forward'> {
  let underWay = 0;
  return {
    async forward(message, query) {
      if (underWay >= limit) return undefined;
      underWay++;
      try {
        return await forwarder.forward(message, query);
      } finally {
        underWay--;
      }
    },
  };
}
