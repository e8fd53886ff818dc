import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IpPrefix } from '@tsnet/inet';
import { timeProcess } from '../shared/time-process.ts';
import type { Fill } from './fill.ts';

/** The name of the network, and so of the folder that host-local keeps for it. */
const NETWORK = 'bench';

/** Debian's host-local as a runtime runs it: a process a call, configuration on its standard input. */
export class HostLocal {
  readonly #program: string;
  readonly #config: string;

  /**
   * Writes the state that `fill.taken` calls would have left, a file for each address: to make those calls would
   * take hours, because each reads all files of the ones before.
   */
  constructor(program: string, directory: string, fill: Fill) {
    this.#program = program;
    const config = { cniVersion: '1.0.0', name: NETWORK, type: 'bench' };
    const ipam = { type: 'host-local', dataDir: directory, ranges: [[{ subnet: fill.prefix }]] };
    this.#config = JSON.stringify({ ...config, ipam });

    const folder = join(directory, NETWORK);
    mkdirSync(folder, { recursive: true });
    const prefix = IpPrefix.parse(fill.prefix);
    // Its first address is the gateway's.
    const addressAt = (index: number) => `${prefix.at(BigInt(index + 2))}`;
    for (let index = 0; index < fill.taken; index += 1) {
      writeFileSync(join(folder, addressAt(index)), `resident-${index}\r\neth0`);
    }
    if (fill.taken > 0) writeFileSync(join(folder, 'last_reserved_ip.0'), addressAt(fill.taken - 1));
  }

  /** Milliseconds to lease an address for an owner. */
  lease(owner: string): number {
    return this.#run('ADD', owner);
  }

  /** Milliseconds to release what an owner holds. */
  release(owner: string): number {
    return this.#run('DEL', owner);
  }

  #run(command: string, owner: string): number {
    const env = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: owner,
      CNI_NETNS: '/run/netns/bench',
      CNI_IFNAME: 'eth0',
      CNI_PATH: '/usr/lib/cni',
    };
    return timeProcess([this.#program], { input: this.#config, env }).milliseconds;
  }
}
