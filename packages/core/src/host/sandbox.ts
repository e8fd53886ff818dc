import { NetlinkConnection } from '@tsnet/netlink';
import { formatNetnsRef, type Netns, type NetnsDirectory, type NetnsRef } from '@tsnet/netns';
import { SandboxIsHostError } from '../errors.ts';
import type { SandboxIdentity } from '../model/endpoint.ts';
import type { Host } from './host.ts';

/** Where sandboxes are looked for. */
export interface Surroundings {
  readonly host: Host;
  readonly sandboxes: NetnsDirectory;
}

/** A namespace that endpoints are connected to, held open. */
export class Sandbox implements Disposable {
  readonly netns: Netns;
  /** rtnetlink inside. */
  readonly netlink: NetlinkConnection;
  readonly identity: SandboxIdentity;

  private constructor(netns: Netns, netlink: NetlinkConnection, identity: SandboxIdentity) {
    this.netns = netns;
    this.netlink = netlink;
    this.identity = identity;
  }

  /**
   * @throws {@link NetnsNotFoundError}, {@link SandboxIsHostError}
   */
  static open({ host, sandboxes }: Surroundings, operation: string, ref: NetnsRef): Sandbox {
    return Sandbox.#of(host, operation, ref, sandboxes.open(ref));
  }

  /** As {@link open}, but undefined where there is no such namespace. */
  static find({ host, sandboxes }: Surroundings, operation: string, ref: NetnsRef): Sandbox | undefined {
    const netns = sandboxes.find(ref);
    return netns === undefined ? undefined : Sandbox.#of(host, operation, ref, netns);
  }

  static #of(host: Host, operation: string, ref: NetnsRef, netns: Netns): Sandbox {
    let netlink: NetlinkConnection | undefined;
    try {
      netlink = NetlinkConnection.open({ linux: host.linux, netns: netns.fd });
      const identity = { ref: formatNetnsRef(ref), key: host.netnsKey(netlink.netnsCookie()) };
      if (identity.key === host.key) throw new SandboxIsHostError(operation, identity.ref);
      return new Sandbox(netns, netlink, identity);
    } catch (error) {
      netlink?.close();
      netns.close();
      throw error;
    }
  }

  /** Lets go of it; closing again does nothing. */
  close(): void {
    this.netlink.close();
    this.netns.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
