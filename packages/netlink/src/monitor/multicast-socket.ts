import {
  type Datagram,
  type DatagramBatch,
  encodeNetlinkSocketAddress,
  inNetns,
  type Linux,
  SystemCallError,
} from '@tsnet/linux';

/** How a {@link MulticastSocket} is opened. */
export interface MulticastOptions {
  readonly linux: Linux;
  readonly netns: number | undefined;
  /** See `netlinkProtocols`. */
  readonly protocol: number;
  /** Numbers of multicast groups. */
  readonly groups: readonly number[];
  /** Whether to hear of other namespaces that have an id in this one. */
  readonly everywhere: boolean;
}

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_LISTEN_ALL_NSID = 8;
/** Bytes, of which a message about a link takes 4,000: for what comes while the process is busy elsewhere. */
const RECEIVE_BUFFER_LENGTH = 16 << 20;

/** A netlink socket that hears what the kernel tells to groups. */
export class MulticastSocket {
  readonly fd: number;
  readonly #linux: Linux;

  private constructor(linux: Linux, fd: number) {
    this.#linux = linux;
    this.fd = fd;
  }

  /** @throws {@link SystemCallError}. Needs CAP_NET_ADMIN, and CAP_SYS_ADMIN when a namespace is given. */
  static open({ linux, netns, protocol, groups, everywhere }: MulticastOptions): MulticastSocket {
    const fd = inNetns(linux, netns, () => linux.socket(AF_NETLINK, SOCK_RAW, protocol));
    try {
      // Without a port of its own, the kernel takes it for the one that asked for the change, and tells it nothing.
      linux.bind(fd, encodeNetlinkSocketAddress({ portId: 0, groups: 0 }));
      linux.setSocketOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, word(RECEIVE_BUFFER_LENGTH));
      if (everywhere) linux.setSocketOption(fd, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, word(1));
      for (const group of groups) linux.setSocketOption(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, word(group));
      return new MulticastSocket(linux, fd);
    } catch (error) {
      linux.close(fd);
      throw error;
    }
  }

  /** Hands over what is there, in a batch that is used again; returns whether something was lost. */
  read(batch: DatagramBatch, take: (datagram: Datagram) => void): boolean {
    let isLost = false;
    for (;;) {
      try {
        const count = this.#linux.receiveBatch(this.fd, batch);
        for (let index = 0; index < count; index++) {
          const datagram = batch.datagram(index);
          if (datagram.truncated) isLost = true;
          else take(datagram);
        }
        if (count < batch.count) return isLost;
      } catch (error) {
        if (!(error instanceof SystemCallError && error.errnoName === 'ENOBUFS')) throw error;
        isLost = true;
      }
    }
  }

  close(): void {
    this.#linux.close(this.fd);
  }
}

/** The id of the namespace that a datagram came from; undefined for the socket's own. */
export function netnsIdOf({ control }: Datagram): number | undefined {
  for (const { level, type, data } of control) {
    if (level !== SOL_NETLINK || type !== NETLINK_LISTEN_ALL_NSID || data.length < 4) continue;
    return new Int32Array(data.slice(0, 4).buffer)[0];
  }
  return undefined;
}

function word(value: number): Uint8Array {
  return new Uint8Array(new Uint32Array([value]).buffer);
}
