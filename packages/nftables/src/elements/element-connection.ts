import { inNetns } from '@tsnet/linux';
import {
  type Acknowledgement,
  ByteWriter,
  controlTypes,
  decodeAcknowledgement,
  decodeMessages,
  encodeMessage,
  messageFlags,
  NoReplyError,
  netfilterHeader,
  netlinkProtocols,
} from '@tsnet/netlink';
import type { Place } from '../backend.ts';
import type { ElementRequest } from './encode-commands.ts';
import { elementMessage } from './message.ts';

/** What the kernel refused first. */
export interface BatchRefusal {
  /** Positive. */
  readonly errno: number;
  /** The kernel's own words, where it had some. */
  readonly message: string | undefined;
  /** The request; undefined where it was the transaction as such, as for a missing privilege. */
  readonly request: ElementRequest | undefined;
}

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOL_NETLINK = 270;
const NETLINK_NO_ENOBUFS = 5;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NFNL_MSG_BATCH_BEGIN = 16;
const NFNL_MSG_BATCH_END = 17;
const NFNL_SUBSYS_NFTABLES = 10;
/** Of one acknowledgement with the kernel's explanation. */
const RECEIVE_BUFFER_LENGTH = 1 << 13;

/**
 * A socket to nf_tables in one namespace, for transactions of elements. The kernel answers before send(2)
 * returns, so they are synchronous.
 */
export class ElementConnection {
  readonly #place: Place;
  readonly #fd: number;
  readonly #writer = new ByteWriter(4096);
  readonly #buffer = new Uint8Array(RECEIVE_BUFFER_LENGTH);
  #sequence = 0;

  private constructor(place: Place, fd: number) {
    this.#place = place;
    this.#fd = fd;
  }

  /** @throws {@link SystemCallError}. Needs CAP_SYS_ADMIN when a namespace is given. */
  static open(place: Place): ElementConnection {
    const { linux, netns } = place;
    const fd = inNetns(linux, netns, () => linux.socket(AF_NETLINK, SOCK_RAW, netlinkProtocols.netfilter));
    try {
      const on = new Uint8Array(new Uint32Array([1]).buffer);
      linux.setSocketOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, on);
      linux.setSocketOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, on);
      // Of very many refusals the last are lost, and it is the first one that counts.
      linux.setSocketOption(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, on);
      return new ElementConnection(place, fd);
    } catch (error) {
      linux.close(fd);
      throw error;
    }
  }

  /**
   * Sends requests as one transaction: all of them are carried out, or none.
   *
   * @returns undefined when they were carried out.
   * @throws {@link NoReplyError} when the kernel does not say.
   */
  send(requests: readonly ElementRequest[]): BatchRefusal | undefined {
    const begin = this.#encode(requests);
    const { linux } = this.#place;
    linux.send(this.#fd, this.#writer.bytes);
    let refusal: BatchRefusal | undefined;
    for (;;) {
      const length = linux.receive(this.#fd, this.#buffer);
      // A transaction that fails as such answers no request.
      if (length === undefined) return refusal ?? noReply();
      for (const message of decodeMessages(this.#buffer.subarray(0, length))) {
        // The first message of the batch has position 0, the first request position 1.
        const position = (message.sequence - begin) >>> 0;
        if (message.type !== controlTypes.error || position > requests.length) continue;
        refusal ??= refusalOf(decodeAcknowledgement(message), requests[position - 1]);
        if (position === requests.length) return refusal;
      }
    }
  }

  close(): void {
    this.#place.linux.close(this.#fd);
  }

  /** Writes the batch, and returns the sequence number that it begins with. */
  #encode(requests: readonly ElementRequest[]): number {
    this.#writer.reset();
    const begin = this.#encodeBound(NFNL_MSG_BATCH_BEGIN);
    for (const [index, { type, flags, message }] of requests.entries()) {
      // A refusal is sent unasked. What ends a batch is acknowledged by no kernel before 6.10.
      const acknowledge = index === requests.length - 1 ? messageFlags.acknowledge : 0;
      const header = { type, flags: messageFlags.request | acknowledge | flags, sequence: this.#next() };
      encodeMessage(this.#writer, header, (writer) => elementMessage.write(writer, message));
    }
    this.#encodeBound(NFNL_MSG_BATCH_END);
    return begin;
  }

  /** Writes what begins or ends a batch. */
  #encodeBound(type: number): number {
    const sequence = this.#next();
    encodeMessage(this.#writer, { type, flags: messageFlags.request, sequence }, (writer) =>
      netfilterHeader.write(writer, { family: 0, version: 0, resourceId: NFNL_SUBSYS_NFTABLES }),
    );
    return sequence;
  }

  #next(): number {
    this.#sequence = (this.#sequence + 1) >>> 0;
    return this.#sequence;
  }
}

function refusalOf(
  { errno, details }: Acknowledgement,
  request: ElementRequest | undefined,
): BatchRefusal | undefined {
  return errno === 0 ? undefined : { errno, message: details.message, request };
}

function noReply(): never {
  throw new NoReplyError('apply', 'a transaction of nftables');
}
