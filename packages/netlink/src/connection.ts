import { inNetns, type Linux, netnsCookieOfSocket, SystemCallError } from '@tsnet/linux';
import {
  ConnectionBusyError,
  ConnectionClosedError,
  DumpInterruptedError,
  NetlinkError,
  NoReplyError,
  RepliesLostError,
} from './errors.ts';
import type { NetlinkRequest } from './request.ts';
import { type Acknowledgement, decodeAcknowledgement, decodeDone } from './wire/acknowledgement.ts';
import { ByteWriter } from './wire/byte-writer.ts';
import { controlTypes, decodeMessages, encodeMessage, messageFlags, type RawMessage } from './wire/header.ts';

/** Netlink protocols that tsnet speaks (linux/netlink.h). */
export const netlinkProtocols = { route: 0, netfilter: 12 } as const;

/** How a connection is opened. */
export interface NetlinkOptions {
  readonly linux: Linux;
  /** An open descriptor of the namespace to act in, for good; the calling thread's own by default. */
  readonly netns?: number | undefined;
  /** One of {@link netlinkProtocols}; `route` by default. */
  readonly protocol?: number;
}

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NETLINK_GET_STRICT_CHK = 12;
const FIRST_OBJECT_TYPE = 16;
const RECEIVE_BUFFER_LENGTH = 1 << 16;
const DUMP_ATTEMPTS = 10;

/**
 * A netlink socket in one namespace, with sequence numbers, acknowledgements, multipart replies and
 * retried dumps.
 *
 * The kernel answers a request before send(2) returns, so requests are synchronous. Reading needs no
 * privilege, changes need CAP_NET_ADMIN in the namespace.
 */
export class NetlinkConnection implements Disposable {
  readonly #linux: Linux;
  /**
   * The thread's, for all connections: nothing in it outlives the call that received it. Not cleared: the kernel's
   * bytes are all that is ever read from it.
   */
  static #buffer: Uint8Array | undefined;
  readonly #writer = new ByteWriter();
  readonly #fd: number;
  #closed = false;
  #busy = false;
  #sequence = 0;
  /** The kernel has more to tell of a dump. */
  #isDumping = false;

  private constructor(linux: Linux, fd: number) {
    this.#linux = linux;
    this.#fd = fd;
  }

  /**
   * Opens a socket in a namespace.
   *
   * @throws {@link SystemCallError}. Needs CAP_SYS_ADMIN when a namespace is given.
   */
  static open(options: NetlinkOptions): NetlinkConnection {
    const { linux } = options;
    const protocol = options.protocol ?? netlinkProtocols.route;
    const fd = inNetns(linux, options.netns, () => linux.socket(AF_NETLINK, SOCK_RAW, protocol));
    try {
      const on = new Uint8Array(new Uint32Array([1]).buffer);
      linux.setSocketOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, on);
      linux.setSocketOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, on);
      if (protocol === netlinkProtocols.route)
        linux.setSocketOption(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, on);
      return new NetlinkConnection(linux, fd);
    } catch (error) {
      linux.close(fd);
      throw error;
    }
  }

  /**
   * Sends requests in one datagram and waits for the verdict on each. The kernel carries out all of
   * them, also those behind a refused one.
   *
   * @throws {@link NetlinkError} for the first refused request.
   */
  send(...requests: readonly NetlinkRequest[]): void {
    const [head] = requests;
    if (head === undefined) return;
    this.#transmit(head, requests, messageFlags.acknowledge);
    this.#awaitVerdict(head, requests);
  }

  /**
   * As {@link send}, from a thread of the pool, for what the kernel answers only after a grace period. Until it
   * resolves, any other use of the connection throws {@link ConnectionBusyError}, and closing it takes effect
   * afterwards.
   *
   * @throws {@link NetlinkError}
   */
  async sendInBackground(...requests: readonly NetlinkRequest[]): Promise<void> {
    const [head] = requests;
    if (head === undefined) return;
    this.#assertReady(head);
    this.#endDump();
    this.#encode(requests, messageFlags.acknowledge);
    this.#busy = true;
    try {
      await this.#linux.sendInBackground(this.#fd, this.#writer.bytes.slice());
      this.#awaitVerdict(head, requests);
    } finally {
      this.#busy = false;
      if (this.#closed) this.#linux.close(this.#fd);
    }
  }

  /**
   * Sends a request that is answered with one object, and returns its body.
   *
   * @throws {@link NetlinkError}
   */
  get(request: NetlinkRequest): Uint8Array {
    const body = this.find(request, noErrnos);
    if (body === undefined) throw new NoReplyError(request.operation, request.subject);
    return body;
  }

  /**
   * Sends a request that is answered with one object, and returns its body, or undefined when the kernel
   * refuses with one of the errnos that mean that there is none.
   *
   * @throws {@link NetlinkError} for any other refusal.
   */
  find(request: NetlinkRequest, absent: ReadonlySet<number>): Uint8Array | undefined {
    // The object is the answer, and a refusal is sent unasked: an acknowledgement would say nothing more.
    this.#transmit(request, [request], 0);
    for (;;) {
      for (const message of this.#receive(request)) {
        if (message.sequence !== this.#sequence) continue;
        if (message.type >= FIRST_OBJECT_TYPE) return message.body.slice();
        if (message.type !== controlTypes.error) continue;
        const verdict = decodeAcknowledgement(message);
        if (verdict.errno !== 0 && !absent.has(verdict.errno)) throw refusalOf(request, verdict);
        return undefined;
      }
    }
  }

  /**
   * Reads a whole table, again when the kernel says that it changed meanwhile.
   *
   * @returns the body of each object.
   * @throws {@link NetlinkError}
   * @throws {@link DumpInterruptedError} when the table never stops changing.
   */
  dump(request: NetlinkRequest): readonly Uint8Array[] {
    for (let attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
      const bodies = this.#dumpOnce(request);
      if (bodies !== undefined) return bodies;
    }
    throw new DumpInterruptedError(request.operation, request.subject, DUMP_ATTEMPTS);
  }

  /** The kernel's cookie of the connection's namespace, which no other has before the next boot (Linux 5.14). */
  netnsCookie(): bigint {
    this.#assertReady({ operation: 'read', subject: "the namespace's cookie" });
    return netnsCookieOfSocket(this.#linux, this.#fd);
  }

  /** Closes the socket; closing it again does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // The number of a descriptor that a thread still uses must not go to another file.
    if (!this.#busy) this.#linux.close(this.#fd);
  }

  /** The same as {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #assertReady({ operation, subject }: Pick<NetlinkRequest, 'operation' | 'subject'>): void {
    if (this.#closed) throw new ConnectionClosedError(operation, subject);
    if (this.#busy) throw new ConnectionBusyError(operation, subject);
  }

  #transmit(head: NetlinkRequest, requests: readonly NetlinkRequest[], flagsOfLast: number): void {
    this.#assertReady(head);
    this.#endDump();
    this.#encode(requests, flagsOfLast);
    this.#linux.send(this.#fd, this.#writer.bytes);
  }

  /** Reads away what is left of a dump that was given up: until then the kernel refuses the next one with EBUSY. */
  #endDump(): void {
    while (this.#isDumping) {
      this.#isDumping = this.#linux.receive(this.#fd, NetlinkConnection.#bufferOfAll()) !== undefined;
    }
  }

  /** Only the last request may ask for an acknowledgement: a refusal is sent unasked. */
  #encode(requests: readonly NetlinkRequest[], flagsOfLast: number): void {
    this.#writer.reset();
    for (const [index, { type, flags, body }] of requests.entries()) {
      this.#sequence = (this.#sequence + 1) >>> 0;
      const header = {
        type,
        flags: messageFlags.request | flags | (index === requests.length - 1 ? flagsOfLast : 0),
        sequence: this.#sequence,
      };
      encodeMessage(this.#writer, header, body);
    }
  }

  /** Waits for the verdict on the last request. */
  #awaitVerdict(head: NetlinkRequest, requests: readonly NetlinkRequest[]): void {
    let refusal: NetlinkError | undefined;
    for (;;) {
      for (const message of this.#receive(head)) {
        const age = (this.#sequence - message.sequence) >>> 0;
        const request = requests[requests.length - 1 - age];
        // A reply to a request that was given up earlier, or what the kernel tells of a change besides the verdict.
        if (request === undefined || message.type !== controlTypes.error) continue;
        const verdict = decodeAcknowledgement(message);
        if (verdict.errno !== 0) refusal ??= refusalOf(request, verdict);
        if (age > 0) continue;
        if (refusal) throw refusal;
        return;
      }
    }
  }

  /** The bodies, or undefined when the dump was interrupted. */
  #dumpOnce(request: NetlinkRequest): readonly Uint8Array[] | undefined {
    this.#transmit(request, [request], messageFlags.acknowledge | messageFlags.dump);
    this.#isDumping = true;
    const bodies: Uint8Array[] = [];
    let interrupted = false;
    for (;;) {
      for (const message of this.#receive(request)) {
        if (message.sequence !== this.#sequence) continue;
        if (message.flags & messageFlags.dumpInterrupted) interrupted = true;
        if (message.type === controlTypes.done || message.type === controlTypes.error) {
          this.#isDumping = false;
          const verdict =
            message.type === controlTypes.done ? decodeDone(message) : decodeAcknowledgement(message);
          if (verdict.errno !== 0) throw refusalOf(request, verdict);
          return interrupted ? undefined : bodies;
        }
        if (message.type >= FIRST_OBJECT_TYPE) bodies.push(message.body.slice());
      }
    }
  }

  static #bufferOfAll(): Uint8Array {
    NetlinkConnection.#buffer ??= new Uint8Array(Buffer.allocUnsafeSlow(RECEIVE_BUFFER_LENGTH).buffer);
    return NetlinkConnection.#buffer;
  }

  /** The messages of one datagram, in a buffer that the next call uses again. */
  #receive({ operation, subject }: NetlinkRequest): readonly RawMessage[] {
    const buffer = NetlinkConnection.#bufferOfAll();
    let length: number | undefined;
    try {
      length = this.#linux.receive(this.#fd, buffer);
    } catch (cause) {
      if (cause instanceof SystemCallError && cause.errnoName === 'ENOBUFS') {
        throw new RepliesLostError(operation, subject, cause);
      }
      throw cause;
    }
    if (length === undefined) throw new NoReplyError(operation, subject);
    const messages = decodeMessages(buffer.subarray(0, length));
    if (messages.some(({ type }) => type === controlTypes.overrun))
      throw new RepliesLostError(operation, subject);
    return messages;
  }
}

const noErrnos: ReadonlySet<number> = new Set();

function refusalOf(
  { operation, subject }: NetlinkRequest,
  { errno, details }: Acknowledgement,
): NetlinkError {
  return new NetlinkError(operation, subject, errno, details.message, details.policy?.maximumLength);
}
