import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { inNetns, inNewNetns, OWN_NETNS_PATH, openLinux } from '@tsnet/linux';
import { NetlinkConnection, netlinkProtocols } from '../../src/index.ts';

const linux = openLinux();

/** A fresh network namespace with loopback up. The kernel takes it back when it is disposed of. */
export class TestNetns implements Disposable {
  readonly linux = linux;
  /** An open descriptor of the namespace. */
  readonly fd: number = inNewNetns(linux, () => openSync(OWN_NETNS_PATH, 'r'));
  readonly connection: NetlinkConnection = NetlinkConnection.open({ linux, netns: this.fd });
  readonly netfilter: NetlinkConnection = NetlinkConnection.open({
    linux,
    netns: this.fd,
    protocol: netlinkProtocols.netfilter,
  });

  constructor() {
    this.run('ip link set lo up');
  }

  /** Runs a command inside; words are parted by blanks. */
  run(command: string): string {
    const [program = '', ...args] = command.split(' ');
    return inNetns(linux, this.fd, () =>
      execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  }

  /** What `ip -json` says, as data. */
  // biome-ignore lint/suspicious/noExplicitAny: a witness has whatever shape ip prints
  ip(command: string): any[] {
    return JSON.parse(this.run(`ip -json ${command}`) || '[]');
  }

  /** The one link of a name, in the words of ip. */
  link(ifName: string): ReturnType<TestNetns['ip']>[number] {
    return this.ip(`-details link show dev ${ifName}`)[0];
  }

  [Symbol.dispose](): void {
    this.connection.close();
    this.netfilter.close();
    closeSync(this.fd);
  }
}
