import { NetlinkConnection } from '@tsnet/netlink';
import { formatNetnsRef, type Netns, type NetnsRef } from '@tsnet/netns';
import { SandboxIsHostError } from '../errors.ts';
import type { SandboxIdentity } from '../model/endpoint.ts';
import type { Host } from './host.ts';

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
  static open(host: Host, operation: string, ref: NetnsRef): Sandbox {
    const netns = host.sandboxes.open(ref);
    try {
      return Sandbox.of(host, operation, netns);
    } catch (error) {
      netns.close();
      throw error;
    }
  }

  /** Takes over a handle: the sandbox closes it. */
  static of(host: Host, operation: string, netns: Netns): Sandbox {
    const ref = formatNetnsRef(netns.ref);
    const netlink = NetlinkConnection.open({ linux: host.linux, netns: netns.fd });
    const key = host.netnsKey(netlink);
    if (key !== host.key) return new Sandbox(netns, netlink, { ref, key });
    netlink.close();
    throw new SandboxIsHostError(operation, ref);
  }

  close(): void {
    this.netlink.close();
    this.netns.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
