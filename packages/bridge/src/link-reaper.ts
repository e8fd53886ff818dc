import type { Linux } from '@tsnet/linux';
import {
  changeLink,
  deleteLink,
  deleteLinkGroup,
  NetlinkConnection,
  NetlinkError,
  type NetlinkRequest,
} from '@tsnet/netlink';

interface Waiting {
  readonly ifName: string;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** The groups from here on are for deletion: administrators number theirs from the bottom. */
const FIRST_GROUP = 0x7400_0000;
const GROUP_COUNT = 0x00ff_ffff;

/**
 * Deletes links away from the main thread. The kernel waits for a grace period of 10 to 30 ms with each
 * deletion: links that are to go while one runs are put in a group, and share the next.
 */
export class LinkReaper implements Disposable {
  readonly #foreground: NetlinkConnection;
  readonly #background: NetlinkConnection;
  readonly #random: () => number;
  #waiting: Waiting[] = [];
  #running = false;
  #closed = false;

  /** @param random - from 0 up to but not including 1, for the numbers of groups. */
  constructor(linux: Linux, netns: number, random: () => number = Math.random) {
    this.#foreground = NetlinkConnection.open({ linux, netns });
    try {
      this.#background = NetlinkConnection.open({ linux, netns });
    } catch (error) {
      this.#foreground.close();
      throw error;
    }
    this.#random = random;
  }

  /** Resolves when the kernel has forgotten the link; at once when there is none. */
  delete(ifName: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ifName, resolve, reject });
      if (!this.#running) this.#start();
    });
  }

  /** Closes the sockets, after what is being deleted. */
  close(): void {
    this.#closed = true;
    if (!this.#running) this.#closeSockets();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #start(): void {
    this.#running = true;
    // One turn of the event loop lets others who want to delete now join the first group.
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#deleteBatch(batch);
    }
    this.#running = false;
    if (this.#closed) this.#closeSockets();
  }

  async #deleteBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const [first] = batch;
      if (batch.length === 1 && first !== undefined) await this.#delete(deleteLink(first.ifName));
      else await this.#delete(deleteLinkGroup(this.#group(batch)));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** Puts the links that are still there in a group of their own. */
  #group(batch: readonly Waiting[]): number {
    const group = FIRST_GROUP + Math.floor(this.#random() * GROUP_COUNT);
    for (const { ifName } of batch) {
      try {
        this.#foreground.send(changeLink(ifName, { group }));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    }
    return group;
  }

  async #delete(request: NetlinkRequest): Promise<void> {
    try {
      await this.#background.sendInBackground(request);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  #closeSockets(): void {
    this.#foreground.close();
    this.#background.close();
  }
}

function isGone(error: unknown): boolean {
  return error instanceof NetlinkError && error.errnoName === 'ENODEV';
}
