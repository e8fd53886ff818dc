import { fstatSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { type Linux, SystemCallError } from '@tsnet/linux';

/** Which requests fail: one of them, or that one and all that come behind it. */
export const faultKinds = ['once', 'for good'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** The calls by which something is asked of the kernel. Closing what is open never fails. */
const requests: ReadonlySet<string | symbol> = new Set<keyof Linux>([
  ...(['socket', 'bind', 'listen', 'getSocketName', 'getSocketOption', 'setSocketOption'] as const),
  ...(['send', 'sendInBackground', 'receive', 'setns', 'unshare', 'mount', 'unmount'] as const),
  ...(['openFileSystem', 'flock', 'namespaceType'] as const),
]);

/** The way to the kernel, on which requests fail as a test wants, before the kernel has heard of them. */
export class FaultyLinux {
  readonly linux: Linux;
  #count = 0;
  #fault: { readonly at: number; readonly kind: FaultKind } | undefined;

  constructor(inner: Linux) {
    const home = statSync('/proc/thread-self/ns/net').ino;
    this.linux = new Proxy(inner, {
      get: (target, name) => {
        const member = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: readonly unknown[]) => {
          // A thread that cannot return to its own namespace ends its process.
          const isReturn = name === 'setns' && fstatSync(Number(args[0])).ino === home;
          if (requests.has(name) && !isReturn) this.#ask(String(name));
          return Reflect.apply(member, target, args);
        };
      },
    });
  }

  /** From now on, the request of that number fails, counted from 1. */
  arm(at: number, kind: FaultKind): void {
    this.#count = 0;
    this.#fault = { at, kind };
  }

  /** From now on, everything works again. Returns whether anything failed. */
  heal(): boolean {
    const hasFailed = this.#fault !== undefined && this.#count >= this.#fault.at;
    this.#fault = undefined;
    return hasFailed;
  }

  #ask(name: string): void {
    if (this.#fault === undefined) return;
    this.#count += 1;
    const { at, kind } = this.#fault;
    if (this.#count === at || (kind === 'for good' && this.#count > at)) {
      throw new SystemCallError('ask for', name, constants.errno.ENOMEM);
    }
  }
}
