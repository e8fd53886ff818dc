import { inNetns, type Linux } from '@tsnet/linux';
import { ConnectionClosedError, DumpInterruptedError, NetlinkError, NoReplyError } from './errors.ts';
import { type Acknowledgement, decodeAcknowledgement, decodeDone } from './wire/acknowledgement.ts';
import { ByteWriter } from './wire/byte-writer.ts';
import { controlTypes, decodeMessages, encodeMessage, messageFlags, type RawMessage } from './wire/header.ts';

/** Netlink protocols that tsnet speaks (linux/netlink.h). */
export const netlinkProtocols = { route: 0, netfilter: 12 } as const;

/** One request, ready to be encoded. */
export interface NetlinkRequest {
  readonly type: number;
  /** Flags besides request and acknowledge, which the connection sets. */
  readonly flags: number;
  readonly body: (writer: ByteWriter) => void;
  /** For messages of errors: `add`. */
  readonly operation: string;
  /** For messages of errors: `10.0.0.1/24 to br0`. */
  readonly subject: string;
}

/** How a connection is opened. */
export interface NetlinkOptions {
  readonly linux: Linux;
  /** An open descriptor of the namespace to act in, for good; the calling thread's own by default. */
  readonly netns?: number | undefined;
  readonly protocol?: number;
}

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NETLINK_GET_STRICT_CHK = 12;
const RECEIVE_BUFFER_LENGTH = 1 << 16;
const DUMP_ATTEMPTS = 10;

/**
 * A netlink socket in one namespace, with sequence numbers, acknowledgements, multipart replies and
 * retried dumps.
 *
 * The kernel answers a request before send(2) returns, so requests are synchronous. Changes need
 * CAP_NET_ADMIN in the namespace.
 */
export class NetlinkConnection implements Disposable {
  readonly #linux: Linux;
  readonly #writer = new ByteWriter(4096);
  readonly #buffer = new Uint8Array(RECEIVE_BUFFER_LENGTH);
  #fd: number | undefined;
  #sequence = 0;

  private constructor(linux: Linux, fd: number) {
    this.#linux = linux;
    this.#fd = fd;
  }

  /** Opens a socket in a namespace. @throws {@link SystemCallError} */
  static open(options: NetlinkOptions): NetlinkConnection {
    const { linux } = options;
    const protocol = options.protocol ?? netlinkProtocols.route;
    const fd = inNetns(linux, options.netns, () => linux.socket(AF_NETLINK, SOCK_RAW, protocol));
    try {
      const on = new Uint8Array(new Uint32Array([1]).buffer);
      linux.setSocketOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, on);
      linux.setSocketOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, on);
      if (protocol === netlinkProtocols.route) linux.setSocketOption(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, on);
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
    if (requests.length === 0) return;
    const first = this.#encode(requests, 0);
    this.#linux.send(this.#open(requests[0]), this.#writer.bytes);
    this.#await(requests, first);
  }

  /**
   * Sends one request from a thread of the pool, for what the kernel answers only after a grace
   * period. Nothing else may use the connection until it resolves.
   *
   * @throws {@link NetlinkError}
   */
  async sendInBackground(request: NetlinkRequest): Promise<void> {
    const first = this.#encode([request], 0);
    await this.#linux.sendInBackground(this.#open(request), this.#writer.bytes.slice());
    this.#await([request], first);
  }

  /** Sends a request that is answered with one object, and returns its body. @throws {@link NetlinkError} */
  get(request: NetlinkRequest): Uint8Array {
    const first = this.#encode([request], 0);
    this.#linux.send(this.#open(request), this.#writer.bytes);
    let body: Uint8Array | undefined;
    this.#await([request], first, (message) => {
      body = message.body.slice();
    });
    if (body === undefined) throw new NoReplyError(request.operation, request.subject);
    return body;
  }

  /** Reads a whole table, again when the kernel says that it changed meanwhile. @throws {@link NetlinkError} */
  dump(request: NetlinkRequest): readonly Uint8Array[] {
    for (let attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
      const bodies = this.#dumpOnce(request);
      if (bodies !== undefined) return bodies;
    }
    throw new DumpInterruptedError(request.operation, DUMP_ATTEMPTS);
  }

  /** Closes the socket; closing it again does nothing. */
  close(): void {
    if (this.#fd === undefined) return;
    this.#linux.close(this.#fd);
    this.#fd = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(request: NetlinkRequest | undefined): number {
    if (this.#fd === undefined) throw new ConnectionClosedError(request?.operation ?? 'use', request?.subject ?? '');
    return this.#fd;
  }

  /** Returns the sequence number of the first request. Only the last asks for an acknowledgement: a refusal is always sent. */
  #encode(requests: readonly NetlinkRequest[], extraFlags: number): number {
    this.#writer.reset();
    const first = this.#sequence + 1;
    for (const [index, request] of requests.entries()) {
      const last = index === requests.length - 1;
      const flags = messageFlags.request | (last ? messageFlags.acknowledge : 0) | request.flags | extraFlags;
      encodeMessage(this.#writer, { type: request.type, flags, sequence: ++this.#sequence }, request.body);
    }
    return first;
  }

  #await(requests: readonly NetlinkRequest[], first: number, onObject?: (message: RawMessage) => void): void {
    let refusal: NetlinkError | undefined;
    for (;;) {
      for (const message of this.#receive(requests[0])) {
        const index = message.sequence - first;
        const request = requests[index];
        if (request === undefined) continue;
        if (message.type !== controlTypes.error) {
          onObject?.(message);
          continue;
        }
        const verdict = decodeAcknowledgement(message);
        if (verdict.errno !== 0) refusal ??= refusalOf(request, verdict);
        if (index === requests.length - 1) {
          if (refusal) throw refusal;
          return;
        }
      }
    }
  }

  /** The bodies, or undefined when the dump was interrupted. */
  #dumpOnce(request: NetlinkRequest): readonly Uint8Array[] | undefined {
    const sequence = this.#encode([request], messageFlags.dump);
    this.#linux.send(this.#open(request), this.#writer.bytes);
    const bodies: Uint8Array[] = [];
    let interrupted = false;
    for (;;) {
      for (const message of this.#receive(request)) {
        if (message.sequence !== sequence) continue;
        if (message.flags & messageFlags.dumpInterrupted) interrupted = true;
        if (message.type === controlTypes.done || message.type === controlTypes.error) {
          const verdict = message.type === controlTypes.done ? decodeDone(message) : decodeAcknowledgement(message);
          if (verdict.errno !== 0) throw refusalOf(request, verdict);
          return interrupted ? undefined : bodies;
        }
        bodies.push(message.body.slice());
      }
    }
  }

  #receive(request: NetlinkRequest | undefined): Generator<RawMessage> {
    const length = this.#linux.receive(this.#open(request), this.#buffer);
    if (length === undefined) throw new NoReplyError(request?.operation ?? '', request?.subject ?? '');
    return decodeMessages(this.#buffer.subarray(0, length));
  }
}

function refusalOf(request: NetlinkRequest, verdict: Acknowledgement): NetlinkError {
  return new NetlinkError(request.operation, request.subject, verdict.errno, verdict.details.message);
}
