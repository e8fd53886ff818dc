import { readFileSync, writeFileSync } from 'node:fs';
import { inNetns, type Linux } from '@tsnet/linux';
import { SysctlError } from '../errors.ts';

/** The kernel settings under /proc/sys/net of one namespace. Names are paths: `ipv4/conf/br0/forwarding`. */
export class Sysctl {
  readonly #linux: Linux;
  readonly #netns: number | undefined;
  readonly #directory: string;

  constructor(linux: Linux, netns: number | undefined, procDirectory = '/proc') {
    this.#linux = linux;
    this.#netns = netns;
    this.#directory = `${procDirectory}/sys/net`;
  }

  /** Reads one setting. @throws {@link SysctlError} */
  read(name: string): string {
    return inNetns(this.#linux, this.#netns, () => this.#read(name));
  }

  /** Writes settings one after the other. @throws {@link SysctlError} */
  write(settings: Readonly<Record<string, number>>): void {
    inNetns(this.#linux, this.#netns, () => {
      for (const [name, value] of Object.entries(settings)) this.#write(name, String(value));
    });
  }

  #read(name: string): string {
    try {
      return readFileSync(`${this.#directory}/${name}`, 'utf8').trim();
    } catch (cause) {
      throw new SysctlError('read', `net/${name}`, cause);
    }
  }

  #write(name: string, value: string): void {
    try {
      writeFileSync(`${this.#directory}/${name}`, value);
    } catch (cause) {
      if (isNothingToDisable(name, value, cause)) return;
      throw new SysctlError('set', `net/${name} to ${value}`, cause);
    }
  }
}

/** A kernel that was started without IPv6 has no settings of it. */
function isNothingToDisable(name: string, value: string, cause: unknown): boolean {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return missing && value === '1' && /^ipv6\/conf\/.*\/disable_ipv6$/.test(name);
}
