import { access } from 'node:fs';
import type { DatagramBatch } from './datagram-batch.ts';
import { SystemCallError } from './errors.ts';
import { type Libc, loadLibc } from './libc.ts';
import { decodeReadable, encodePollRequest } from './poll.ts';

/**
 * The system calls that tsnet needs. Every method throws {@link SystemCallError} when the kernel
 * refuses; `operation` and `subject` of that error come from the caller's `purpose`.
 *
 * File descriptors are plain numbers: whoever opens one closes it.
 */
export interface Linux {
  /** socket(2), always close-on-exec. */
  socket(domain: number, type: number, protocol: number): number;
  /** bind(2) to a `sockaddr` in the kernel's layout. */
  bind(fd: number, address: Uint8Array): void;
  /** connect(2) to a `sockaddr` in the kernel's layout. */
  connect(fd: number, address: Uint8Array): void;
  /** listen(2). */
  listen(fd: number, backlog: number): void;
  /** getsockname(2): the `sockaddr` that the socket is bound to. */
  getSocketName(fd: number): Uint8Array;
  /** getsockopt(2) of an option that has `length` bytes; `request` is what some are asked with, at its beginning. */
  getSocketOption(fd: number, level: number, name: number, length: number, request?: Uint8Array): Uint8Array;
  /** setsockopt(2). */
  setSocketOption(fd: number, level: number, name: number, value: Uint8Array): void;
  /** send(2); returns the number of bytes sent. */
  send(fd: number, bytes: Uint8Array): number;
  /**
   * sendto(2) on a thread of the pool, for what keeps the kernel busy for long: to the peer of the socket, or to a
   * `sockaddr`. The bytes must not change, nor the socket be closed, until it resolves. Which errno the kernel
   * refuses with is lost: the error always says ENOBUFS.
   */
  sendInBackground(fd: number, bytes: Uint8Array, to?: Uint8Array): Promise<number>;
  /** recv(2) without waiting; returns the length, or undefined when nothing is there. */
  receive(fd: number, into: Uint8Array): number | undefined;
  /** recvmmsg(2) without waiting; returns how many datagrams it has put into the batch, 0 when nothing is there. */
  receiveBatch(fd: number, into: DatagramBatch): number;
  /**
   * poll(2) for reading, on a thread of the pool, which it keeps until one of the descriptors has something to read or
   * an error to tell; none of them may be closed before. Returns those that have, and may return none. A process cannot
   * end before that, not even by `process.exit`.
   */
  waitUntilReadable(fds: readonly number[]): Promise<readonly number[]>;
  /** eventfd(2), not blocking and close-on-exec: readable once eight bytes, a number, were written to it. */
  eventfd(): number;
  /** setns(2) for the calling thread. Needs CAP_SYS_ADMIN. */
  setns(fd: number, type: number): void;
  /** unshare(2) for the calling thread. Needs CAP_SYS_ADMIN. */
  unshare(flags: number): void;
  /** mount(2). Needs CAP_SYS_ADMIN. */
  mount(source: string, target: string, type: string | null, flags: number, data: string | null): void;
  /** umount2(2). Needs CAP_SYS_ADMIN. */
  unmount(target: string, flags: number): void;
  /**
   * Makes a file system and mounts it nowhere: fsopen(2), fsconfig(2), fsmount(2), Linux 5.2. The descriptor is
   * that of its root directory, and all of it goes with the descriptor. Needs CAP_SYS_ADMIN.
   */
  openFileSystem(type: string): number;
  /** flock(2). The kernel gives the lock back when the file is closed, or its holder killed. */
  flock(fd: number, operation: number): void;
  /**
   * ioctl(2) `NS_GET_NSTYPE`: the kind of namespace that a file of /proc/PID/ns stands for, as its
   * clone(2) flag; undefined for a file that is none.
   */
  namespaceType(fd: number): number | undefined;
  /** close(2), of a descriptor that another of these methods returned. */
  close(fd: number): void;
}

const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const EFD_CLOEXEC = 0o2000000;
const EFD_NONBLOCK = 0o4000;
/** System calls that are newer than many C libraries; their numbers are the same on every architecture. */
const FSOPEN = 430;
const FSCONFIG = 431;
const FSMOUNT = 432;
const FSOPEN_CLOEXEC = 1;
const FSCONFIG_CMD_CREATE = 6;
const FSMOUNT_CLOEXEC = 1;
/** MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV and MOUNT_ATTR_NOEXEC (linux/mount.h). */
const SAFE_MOUNT = 2 | 4 | 8;
const EAGAIN = 11;
const EINTR = 4;
const ENOTTY = 25;
const ENOBUFS = 105;
const NS_GET_NSTYPE = 0xb703;

/**
 * Opens the way to the kernel. It holds no resource besides the loaded library: there is nothing to close.
 *
 * @throws {@link UnsupportedPlatformError} anywhere but on Linux.
 */
export function openLinux(): Linux {
  startThreadPool();
  return new LibcLinux(loadLibc(process.platform));
}

/**
 * A thread is born in the namespace of the thread that starts it. Node starts all threads of its pool at the
 * first asynchronous call: were that call made inside `inNetns`, the pool would stay there, and resolve
 * names there, for good.
 */
function startThreadPool(): void {
  access('/', () => {});
}

class LibcLinux implements Linux {
  readonly #libc: Libc;

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  socket(domain: number, type: number, protocol: number): number {
    const fd = this.#libc.socket(domain, type | SOCK_CLOEXEC, protocol);
    if (fd < 0) throw this.#failure('open', `a socket of family ${domain}`);
    return fd;
  }

  bind(fd: number, address: Uint8Array): void {
    if (this.#libc.bind(fd, address, address.length) < 0) throw this.#failure('bind', 'a socket');
  }

  connect(fd: number, address: Uint8Array): void {
    if (this.#libc.connect(fd, address, address.length) < 0) throw this.#failure('connect', 'a socket');
  }

  listen(fd: number, backlog: number): void {
    if (this.#libc.listen(fd, backlog) < 0) throw this.#failure('listen on', 'a socket');
  }

  getSocketName(fd: number): Uint8Array {
    const address = new Uint8Array(128);
    const length = new Uint32Array([address.length]);
    if (this.#libc.getsockname(fd, address, length) < 0)
      throw this.#failure('read the address of', 'a socket');
    return address.subarray(0, length[0]);
  }

  getSocketOption(
    fd: number,
    level: number,
    name: number,
    length: number,
    request: Uint8Array = new Uint8Array(),
  ): Uint8Array {
    const value = new Uint8Array(length);
    value.set(request);
    const filled = new Uint32Array([length]);
    if (this.#libc.getsockopt(fd, level, name, value, filled) < 0) {
      throw this.#failure('read', `socket option ${level}/${name}`);
    }
    return value.subarray(0, filled[0]);
  }

  setSocketOption(fd: number, level: number, name: number, value: Uint8Array): void {
    if (this.#libc.setsockopt(fd, level, name, value, value.length) < 0) {
      throw this.#failure('set', `socket option ${level}/${name}`);
    }
  }

  send(fd: number, bytes: Uint8Array): number {
    for (;;) {
      const sent = this.#libc.send(fd, bytes, bytes.length, 0);
      if (sent >= 0) return sent;
      if (this.#libc.errno() !== EINTR) throw this.#failure('send to', 'a socket');
    }
  }

  sendInBackground(fd: number, bytes: Uint8Array, to: Uint8Array | null = null): Promise<number> {
    return new Promise((resolve, reject) => {
      // errno belongs to the pool's thread and is lost here; a netlink socket reports the kernel's
      // refusal in its reply, so a failed send itself means that no buffer could be had.
      this.#libc.sendto.async(fd, bytes, bytes.length, 0, to, to?.length ?? 0, (error, sent) => {
        if (error) reject(error);
        else if (sent < 0) reject(new SystemCallError('send to', 'a socket', ENOBUFS));
        else resolve(sent);
      });
    });
  }

  receive(fd: number, into: Uint8Array): number | undefined {
    for (;;) {
      const length = this.#libc.recv(fd, into, into.length, MSG_DONTWAIT);
      if (length >= 0) return length;
      const errno = this.#libc.errno();
      if (errno === EAGAIN) return undefined;
      if (errno !== EINTR) throw new SystemCallError('receive from', 'a socket', errno);
    }
  }

  receiveBatch(fd: number, into: DatagramBatch): number {
    for (;;) {
      const messages = into.prepare(this.#libc.addressOf, this.#libc.word);
      const count = this.#libc.recvmmsg(fd, messages, into.count, MSG_DONTWAIT, null);
      if (count >= 0) {
        into.fill(count);
        return count;
      }
      const errno = this.#libc.errno();
      if (errno === EAGAIN) return 0;
      if (errno !== EINTR) throw new SystemCallError('receive from', 'a socket', errno);
    }
  }

  waitUntilReadable(fds: readonly number[]): Promise<readonly number[]> {
    const request = encodePollRequest(fds);
    return new Promise((resolve, reject) => {
      this.#libc.poll.async(request, fds.length, -1, (error, count) => {
        if (error) reject(error);
        // errno is lost; a signal is what a call without a limit can be ended by.
        else resolve(count < 0 ? [] : decodeReadable(request));
      });
    });
  }

  eventfd(): number {
    const fd = this.#libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) throw this.#failure('open', 'an event file');
    return fd;
  }

  setns(fd: number, type: number): void {
    if (this.#libc.setns(fd, type) < 0) throw this.#failure('enter', 'a namespace');
  }

  unshare(flags: number): void {
    if (this.#libc.unshare(flags) < 0) throw this.#failure('create', 'a namespace');
  }

  mount(source: string, target: string, type: string | null, flags: number, data: string | null): void {
    if (this.#libc.mount(source, target, type, flags, data) < 0) throw this.#failure('mount', target);
  }

  unmount(target: string, flags: number): void {
    if (this.#libc.umount2(target, flags) < 0) throw this.#failure('unmount', target);
  }

  openFileSystem(type: string): number {
    const context = this.#libc.syscallText(FSOPEN, type, FSOPEN_CLOEXEC);
    if (context < 0) throw this.#failure('open', `a file system of type ${type}`);
    try {
      const created = this.#libc.syscallCommand(FSCONFIG, context, FSCONFIG_CMD_CREATE, null, null, 0);
      const root =
        created < 0 ? created : this.#libc.syscallNumbers(FSMOUNT, context, FSMOUNT_CLOEXEC, SAFE_MOUNT);
      if (root < 0) throw this.#failure('mount', `a file system of type ${type}`);
      return root;
    } finally {
      this.close(context);
    }
  }

  flock(fd: number, operation: number): void {
    if (this.#libc.flock(fd, operation) < 0) throw this.#failure('lock', 'a file');
  }

  namespaceType(fd: number): number | undefined {
    const type = this.#libc.ioctl(fd, NS_GET_NSTYPE);
    if (type >= 0) return type;
    if (this.#libc.errno() === ENOTTY) return undefined;
    throw this.#failure('read the type of', 'a namespace');
  }

  close(fd: number): void {
    // Linux has closed it also where a signal came in between.
    if (this.#libc.close(fd) < 0 && this.#libc.errno() !== EINTR) throw this.#failure('close', 'a file');
  }

  #failure(operation: string, subject: string): SystemCallError {
    return new SystemCallError(operation, subject, this.#libc.errno());
  }
}
