import type { Endpoint, Host } from '@tsnet/core';
import type { IpAddress, MacAddress } from '@tsnet/inet';
import { encodeLinkSocketAddress, inNetns } from '@tsnet/linux';
import type { Netns } from '@tsnet/netns';
import { allNodes, openAdvertisingSocket } from './advertising-socket.ts';
import { gratuitousArp } from './gratuitous-arp.ts';
import { neighborAdvertisement } from './neighbor-advertisement.ts';

const AF_PACKET = 17;
const SOCK_RAW = 3;

/** One message, ready to be sent. */
type Message = () => Promise<void>;

/**
 * Tells the networks of a host where endpoints are, so that nobody keeps the MAC address of an earlier holder of their
 * addresses.
 *
 * The kernel delivers a broadcast to every port of the bridge before it answers. Were it asked for by rtnetlink, all
 * links of the machine would be locked meanwhile; sent by another thread, it is in nobody's way, and one at a time they
 * leave the processors to those who connect.
 *
 * ARP goes out as a frame by the bridge: a packet socket for each sandbox would cost a grace period when it is closed.
 * Neighbor advertisements come from the sandbox itself, since one that hears its own takes it for an impostor's.
 */
export class Announcer implements Disposable {
  readonly #host: Host;
  #socket: number | undefined;
  /** Fulfilled when all that has been announced so far is sent, or has failed. */
  #sending: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** Nothing is opened before the first announcement. */
  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Sends the messages that say where an endpoint is, after those of others. Needs CAP_NET_RAW.
   *
   * @param place - the index of its bridge, and of its link in the sandbox.
   * @returns resolves when everybody has been told. Where a message cannot be sent there is nobody to hear it, or no
   * room for it: neighbors then find out by themselves, in their own time.
   * @throws {@link SystemCallError} at once, where nothing may be sent at all.
   */
  tell(
    { bridge, link }: { readonly bridge: number; readonly link: number },
    { addresses, mac }: Endpoint,
    sandbox: Netns,
  ): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    const messages = addresses.map(({ prefix: { address } }) =>
      address.family === 'ipv4'
        ? this.#arp(bridge, mac, address)
        : this.#advertisement(sandbox, link, mac, address),
    );
    this.#sending = this.#sending.then(async () => {
      for (const send of messages) await send().catch(() => undefined);
    });
    return this.#sending;
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

  #arp(bridge: number, mac: MacAddress, address: IpAddress): Message {
    const { linux, netns } = this.#host;
    this.#socket ??= inNetns(linux, netns.fd, () => linux.socket(AF_PACKET, SOCK_RAW, 0));
    const socket = this.#socket;
    return async () => {
      await linux.sendInBackground(
        socket,
        gratuitousArp(mac, address),
        encodeLinkSocketAddress({ ifIndex: bridge }),
      );
    };
  }

  #advertisement(sandbox: Netns, ifIndex: number, mac: MacAddress, address: IpAddress): Message {
    const { linux } = this.#host;
    const socket = openAdvertisingSocket(linux, sandbox, ifIndex, address);
    return async () => {
      try {
        await linux.sendInBackground(socket, neighborAdvertisement(mac, address), allNodes);
      } finally {
        linux.close(socket);
      }
    };
  }
}
