import {
  type BigIntStats,
  chmodSync,
  chownSync,
  fchmodSync,
  lstatSync,
  mkdirSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { encodeUnixSocketAddress, type Linux, SystemCallError } from '@tsnet/linux';
import type { SocketConfig } from '../config/daemon-config.ts';
import { NoSocketError, SocketPermissionError, SocketTakenError } from './errors.ts';
import { findGroupId } from './host-group.ts';

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;

/** A unix socket at its path. */
export interface BoundSocket {
  readonly fd: number;
  /** Takes the file away, if it is still that of this socket. */
  unlink(): void;
}

/**
 * Makes a unix socket at a path, for who holds the lock of that path. A socket that is there, and on which nobody
 * listens, is taken away first; anything else that is there stays. Directories that are missing are made.
 *
 * @throws {@link SocketTakenError}, {@link NoSocketError}, {@link SocketPermissionError}
 */
export function bindSocket(linux: Linux, { path, mode, group }: SocketConfig): BoundSocket {
  removeStale(linux, path);
  const fd = linux.socket(AF_UNIX, SOCK_STREAM, 0);
  let bound: BigIntStats | undefined;
  const unlink = () => {
    if (bound !== undefined && isSame(bound, lstat(path))) unlinkSync(path);
    bound = undefined;
  };
  try {
    // The file is born with the bits of the socket: at no moment may anybody but its owner connect.
    fchmodSync(fd, 0o600);
    linux.bind(fd, encodeUnixSocketAddress({ path }));
    bound = lstat(path);
    giveTo(path, group, mode);
    return { fd, unlink };
  } catch (error) {
    unlink();
    linux.close(fd);
    throw error;
  }
}

/** Makes a directory that anybody may pass through, and those above it; one that exists stays as it is. */
export function ensureDirectory(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false }) !== undefined) return;
  ensureDirectory(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  // Whatever the umask of this process is.
  chmodSync(directory, 0o755);
}

function removeStale(linux: Linux, path: string): void {
  const found = lstat(path);
  if (found === undefined) return;
  if (!found.isSocket()) throw new NoSocketError(path);
  const listener = findListener(linux, path);
  if (listener !== undefined) throw new SocketTakenError(path, listener.pid);
  if (isSame(found, lstat(path))) unlinkSync(path);
}

/** Who listens on a socket; undefined when nobody does. */
function findListener(linux: Linux, path: string): { readonly pid: number | undefined } | undefined {
  const fd = linux.socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  try {
    linux.connect(fd, encodeUnixSocketAddress({ path }));
    const credentials = linux.getSocketOption(fd, SOL_SOCKET, SO_PEERCRED, 12);
    return { pid: new Int32Array(credentials.buffer, credentials.byteOffset, 1)[0] };
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    if (error.errnoName === 'ECONNREFUSED' || error.errnoName === 'ENOENT') return undefined;
    // Its queue is full, or it is a socket for datagrams: somebody is there all the same.
    if (error.errnoName === 'EAGAIN' || error.errnoName === 'EPROTOTYPE') return { pid: undefined };
    throw error;
  } finally {
    linux.close(fd);
  }
}

function giveTo(path: string, group: string, mode: number): void {
  const id = findGroupId(group);
  if (id !== undefined) {
    try {
      chownSync(path, process.geteuid?.() ?? 0, id);
    } catch (error) {
      throw new SocketPermissionError(path, group, error);
    }
  }
  // Without the group it is root's; that of another user is nobody's to be let in by.
  const isNobodyElses = id !== undefined || process.getegid?.() === 0;
  chmodSync(path, isNobodyElses ? mode : mode & ~0o070);
}

function lstat(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

function isSame(one: BigIntStats, other: BigIntStats | undefined): boolean {
  return one.ino === other?.ino && one.dev === other.dev;
}
