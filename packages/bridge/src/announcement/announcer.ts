import type { Endpoint, Host } from '@tsnet/core';
import { encodeLinkSocketAddress, inNetns } from '@tsnet/linux';
import { findLink } from '@tsnet/netlink';
import { gratuitousArp } from './gratuitous-arp.ts';
import { unsolicitedAdvertisement } from './neighbor-advertisement.ts';

const AF_PACKET = 17;
const SOCK_RAW = 3;

/**
 * Tells the networks of a host where endpoints are, so that nobody keeps the MAC address of an earlier holder of their
 * addresses.
 *
 * The kernel delivers a broadcast to every port of the bridge before it answers. Were it asked for by rtnetlink, all
 * links of the machine would be locked meanwhile; as a frame that another thread sends, it is in nobody's way, and
 * one at a time they leave the processors to those who connect. They go out by the bridge and not by the endpoint's own link:
 * so one socket serves the whole host, and to close one costs a grace period of the kernel.
 */
export class Announcer implements Disposable {
  readonly #host: Host;
  #socket: number | undefined;
  /** Fulfilled when all that has been announced so far is sent, or has failed. */
  #sending: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** Nothing is opened before the first announcement. */
  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Sends the frames that say where an endpoint is to everybody on its bridge, after those of others. Needs
   * CAP_NET_RAW.
   *
   * @param bridge - the index of its bridge.
   * @returns resolves when everybody has been told.
   * @throws {@link SystemCallError} at once, where frames may not be sent.
   */
  tell(bridge: number, endpoint: Endpoint): Promise<void> {
    const { linux, netns } = this.#host;
    this.#socket ??= inNetns(linux, netns.fd, () => linux.socket(AF_PACKET, SOCK_RAW, 0));
    const socket = this.#socket;
    const sent = this.#sending.then(() => this.#send(socket, bridge, endpoint));
    this.#sending = sent.catch(() => undefined);
    return sent;
  }

  /** Closes the socket, after what is being announced: its number must not go to another file before. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    void this.#sending.then(() => {
      if (this.#socket !== undefined) this.#host.linux.close(this.#socket);
    });
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #send(socket: number, bridge: number, { addresses, mac }: Endpoint): Promise<void> {
    const { linux, netlink } = this.#host;
    const to = encodeLinkSocketAddress({ ifIndex: bridge });
    try {
      for (const { prefix } of addresses) {
        const { address } = prefix;
        const frameOf = address.family === 'ipv4' ? gratuitousArp : unsolicitedAdvertisement;
        await linux.sendInBackground(socket, frameOf(mac, address), to);
      }
    } catch (error) {
      // Without the bridge there is nobody left to be told.
      if (findLink(netlink, bridge) !== undefined) throw error;
    }
  }
}
