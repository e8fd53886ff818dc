import { closeSync, openSync } from 'node:fs';
import { endianness } from 'node:os';
import { AsyncInNetnsError } from './errors.ts';
import type { Linux } from './linux.ts';

/** The flag of network namespaces in clone(2), unshare(2) and setns(2). */
export const CLONE_NEWNET = 0x40000000;

/** Where the calling thread finds its own network namespace. */
export const OWN_NETNS_PATH = '/proc/thread-self/ns/net';

/**
 * Runs `body` with the calling thread moved into a network namespace, and moves it back.
 *
 * Only what `body` does synchronously happens inside: a socket opened there stays in that namespace
 * for good, files under /proc/sys/net and child processes started there belong to it. With
 * `netns` undefined `body` runs where the thread is.
 *
 * @param netns - an open file descriptor of the namespace.
 * @throws {@link SystemCallError} when the namespace cannot be entered; `body` has not run then.
 * Needs CAP_SYS_ADMIN.
 */
export function inNetns<T>(linux: Linux, netns: number | undefined, body: () => T): T {
  if (netns === undefined) return body();
  return withReturn(linux, () => linux.setns(netns, CLONE_NEWNET), body);
}

/**
 * Runs `body` with the calling thread in a network namespace made for it, and moves the thread back.
 * The namespace lives on only if `body` keeps a handle of it: a file opened from
 * {@link OWN_NETNS_PATH}, a bind mount, a socket. Needs CAP_SYS_ADMIN.
 */
export function inNewNetns<T>(linux: Linux, body: () => T): T {
  return withReturn(linux, () => linux.unshare(CLONE_NEWNET), body);
}

/**
 * The kernel's cookie of a network namespace: unlike the inode of its file, it is never given to another
 * namespace before the next boot. Needs CAP_SYS_ADMIN for a namespace other than the thread's own.
 *
 * @throws {@link SystemCallError} ENOPROTOOPT before Linux 5.14.
 */
export function netnsCookie(linux: Linux, netns: number | undefined): bigint {
  const socket = inNetns(linux, netns, () => linux.socket(AF_UNIX, SOCK_DGRAM, 0));
  try {
    return netnsCookieOfSocket(linux, socket);
  } finally {
    linux.close(socket);
  }
}

/** The cookie of the namespace that a socket belongs to: see {@link netnsCookie}. No privilege needed. */
export function netnsCookieOfSocket(linux: Linux, socket: number): bigint {
  const cookie = linux.getSocketOption(socket, SOL_SOCKET, SO_NETNS_COOKIE, 8);
  return new DataView(cookie.buffer, cookie.byteOffset, 8).getBigUint64(0, endianness() === 'LE');
}

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOL_SOCKET = 1;
const SO_NETNS_COOKIE = 71;

function withReturn<T>(linux: Linux, leave: () => void, body: () => T): T {
  const home = openSync(OWN_NETNS_PATH, 'r');
  try {
    // Who may not leave may not come back either, and has no need to.
    leave();
    try {
      const result = body();
      if (isThenable(result)) throw new AsyncInNetnsError();
      return result;
    } finally {
      comeBack(linux, home);
    }
  } finally {
    closeSync(home);
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function comeBack(linux: Linux, home: number): void {
  try {
    linux.setns(home, CLONE_NEWNET);
  } catch (error) {
    // Every later system call of this thread would act on somebody else's network.
    process.stderr.write(`tsnet: the thread cannot return to its network namespace: ${error}\n`);
    process.abort();
  }
}
