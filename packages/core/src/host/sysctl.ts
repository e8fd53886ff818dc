import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { inNetns, type Linux } from '@tsnet/linux';
import { SysctlError } from '../errors.ts';
import type { ProcessFiles } from './process-files.ts';

/** The kernel settings under /proc/sys/net of one namespace. Names are paths: `ipv4/conf/br0/forwarding`. */
export class Sysctl {
  readonly #linux: Linux;
  readonly #netns: number | undefined;
  readonly #files: Pick<ProcessFiles, 'directory'>;

  /** @param netns - an open descriptor of the namespace; where the thread is when undefined. */
  constructor(linux: Linux, files: Pick<ProcessFiles, 'directory'>, netns: number | undefined) {
    this.#linux = linux;
    this.#files = files;
    this.#netns = netns;
  }

  /** Reads one setting. @throws {@link SysctlError} */
  read(name: string): string {
    return inNetns(this.#linux, this.#netns, () => this.#read(name));
  }

  /** Reads one setting; undefined where this kernel or namespace has none of that name. @throws {@link SysctlError} */
  find(name: string): string | undefined {
    return inNetns(this.#linux, this.#netns, () =>
      existsSync(`${this.#directory()}/${name}`) ? this.#read(name) : undefined,
    );
  }

  /** Whether the namespace has a link of that name. Unlike rtnetlink, it does not wait for what the kernel is changing. */
  hasLink(ifName: string): boolean {
    return inNetns(this.#linux, this.#netns, () => existsSync(`${this.#directory()}/ipv4/conf/${ifName}`));
  }

  /** Writes settings one after the other. @throws {@link SysctlError} */
  write(settings: Readonly<Record<string, number>>): void {
    inNetns(this.#linux, this.#netns, () => {
      const directory = this.#directory();
      for (const [name, value] of Object.entries(settings)) write(directory, name, String(value));
    });
  }

  #read(name: string): string {
    try {
      return readFileSync(`${this.#directory()}/${name}`, 'utf8').trim();
    } catch (cause) {
      throw new SysctlError('read', `net/${name}`, cause);
    }
  }

  #directory(): string {
    return `${this.#files.directory()}/sys/net`;
  }
}

function write(directory: string, name: string, value: string): void {
  try {
    writeFileSync(`${directory}/${name}`, value, { flag: 'r+' });
  } catch (cause) {
    if (isNothingToDisable(name, value, cause)) return;
    throw new SysctlError('set', `net/${name} to ${value}`, cause);
  }
}

/** A kernel that was started without IPv6 has no settings of it. */
function isNothingToDisable(name: string, value: string, cause: unknown): boolean {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return missing && value === '1' && /^ipv6\/conf\/.*\/disable_ipv6$/.test(name);
}
