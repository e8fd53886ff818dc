import { fstatSync } from 'node:fs';
import type { Linux } from '../src/index.ts';

/** A {@link Linux} that enters namespaces only in its journal. */
export interface FakeLinux {
  readonly linux: Linux;
  /** What was asked for: `unshare`, `enter 7`, `return`. */
  readonly journal: string[];
}

/** Makes one; `refuse` throws for the steps that are to fail. */
export function fakeLinux(refuse: (step: string) => void = () => {}): FakeLinux {
  const journal: string[] = [];
  const note = (step: string) => {
    refuse(step);
    journal.push(step);
  };
  const calls: Pick<Linux, 'setns' | 'unshare'> = {
    // Only the handle of home is a file that is really open.
    setns: (fd) => note(isOpen(fd) ? 'return' : `enter ${fd}`),
    unshare: () => note('unshare'),
  };
  const linux = new Proxy(calls as Linux, {
    get(target, method) {
      if (method in target) return Reflect.get(target, method);
      throw new TypeError(`the fake has no ${String(method)}`);
    },
  });
  return { linux, journal };
}

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}
