import { readFileSync } from 'node:fs';
import { inNetns, type Linux } from '@tsnet/linux';
import { NetlinkConnection } from '@tsnet/netlink';
import { type Netns, type NetnsDirectory, openNetnsDirectory } from '@tsnet/netns';
import { ProcessIdentity } from '../journal/process-identity.ts';
import { ProcessFiles } from './process-files.ts';
import { Sysctl } from './sysctl.ts';

/** How a {@link Host} is opened. */
export interface HostOptions {
  readonly linux: Linux;
  /** The namespace that stands for the host; the calling thread's own by default. The host closes it. */
  readonly netns?: Netns;
  /** Where namespaces have names; `/run/netns` by default. */
  readonly runDirectory?: string;
  readonly procDirectory?: string;
  /** What tells this boot of the machine from every other; as the kernel says by default. */
  readonly bootId?: string;
}

/**
 * The machine, or a namespace that stands for one, on which networks are made: everything through which
 * the engine and its drivers reach the kernel.
 */
export class Host implements Disposable {
  readonly linux: Linux;
  readonly netns: Netns;
  readonly netlink: NetlinkConnection;
  readonly sandboxes: NetnsDirectory;
  readonly sysctl: Sysctl;
  readonly procDirectory: string;
  /** What tells the host's namespace from every other: see {@link netnsKey}. */
  readonly key: string;
  /** This process, and whether others still run. */
  readonly process: ProcessIdentity;
  /** What tells this boot of the machine from every other. */
  readonly bootId: string;
  readonly #files: ProcessFiles;

  private constructor(
    options: HostOptions,
    sandboxes: NetnsDirectory,
    netns: Netns,
    netlink: NetlinkConnection,
  ) {
    this.linux = options.linux;
    this.sandboxes = sandboxes;
    this.netns = netns;
    this.netlink = netlink;
    this.procDirectory = options.procDirectory ?? '/proc';
    this.#files = new ProcessFiles(options.linux, this.procDirectory);
    this.sysctl = this.sysctlOf(netns);
    this.bootId =
      options.bootId ?? readFileSync(`${this.procDirectory}/sys/kernel/random/boot_id`, 'utf8').trim();
    this.process = new ProcessIdentity(this.bootId, this.procDirectory);
    this.key = this.netnsKey(netlink.netnsCookie());
  }

  /** @throws {@link SystemCallError} where the kernel cannot be reached. */
  static open(options: HostOptions): Host {
    const sandboxes = openNetnsDirectory({
      linux: options.linux,
      ...(options.runDirectory === undefined ? {} : { runDirectory: options.runDirectory }),
      ...(options.procDirectory === undefined ? {} : { procDirectory: options.procDirectory }),
    });
    const netns = options.netns ?? sandboxes.own();
    let netlink: NetlinkConnection | undefined;
    try {
      netlink = NetlinkConnection.open({ linux: options.linux, netns: netns.fd });
      return new Host(options, sandboxes, netns, netlink);
    } catch (error) {
      netlink?.close();
      netns.close();
      throw error;
    }
  }

  /** The kernel's settings in a namespace. */
  sysctlOf(netns: Netns): Sysctl {
    return new Sysctl(this.linux, this.#files, netns.fd);
  }

  /** Runs `body` with the thread in the host's namespace: see `inNetns`. */
  run<T>(body: () => T): T {
    return inNetns(this.linux, this.netns.fd, body);
  }

  /** What tells the namespace of a cookie from every other, also from later ones and those of other boots. */
  netnsKey(cookie: bigint): string {
    return `${this.bootId}.${cookie}`;
  }

  /** Lets go of sockets and handles; the networks stay. Closing again does nothing. */
  close(): void {
    this.#files.close();
    this.netlink.close();
    this.netns.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
