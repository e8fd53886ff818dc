import { createRequire } from 'node:module';
import type { KoffiFunc } from 'koffi';
import { UnsupportedPlatformError } from './errors.ts';

/** The C functions that {@link openLinux} binds, with JavaScript's view of their arguments. */
export interface Libc {
  readonly errno: () => number;
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly bind: (fd: number, address: Uint8Array, length: number) => number;
  readonly connect: (fd: number, address: Uint8Array, length: number) => number;
  readonly listen: (fd: number, backlog: number) => number;
  readonly getsockname: (fd: number, address: Uint8Array, length: Uint32Array) => number;
  readonly getsockopt: (
    fd: number,
    level: number,
    name: number,
    value: Uint8Array,
    length: Uint32Array,
  ) => number;
  readonly setsockopt: (fd: number, level: number, name: number, value: Uint8Array, length: number) => number;
  readonly send: (fd: number, bytes: Uint8Array, length: number, flags: number) => number;
  readonly sendto: KoffiFunc<
    (
      fd: number,
      bytes: Uint8Array,
      length: number,
      flags: number,
      address: Uint8Array | null,
      addressLength: number,
    ) => number
  >;
  readonly recv: (fd: number, bytes: Uint8Array, length: number, flags: number) => number;
  readonly recvmmsg: (
    fd: number,
    messages: Uint8Array,
    count: number,
    flags: number,
    timeout: null,
  ) => number;
  readonly poll: KoffiFunc<(fds: Uint8Array, count: number, timeout: number) => number>;
  readonly eventfd: (value: number, flags: number) => number;
  /** Where bytes are in memory; they must have a buffer of their own. */
  readonly addressOf: (bytes: Uint8Array) => bigint;
  /** Bytes of a pointer. */
  readonly word: number;
  readonly setns: (fd: number, type: number) => number;
  readonly unshare: (flags: number) => number;
  readonly mount: (
    source: string,
    target: string,
    type: string | null,
    flags: number,
    data: string | null,
  ) => number;
  readonly umount2: (target: string, flags: number) => number;
  /** syscall(2), for calls whose arguments are a number and a text, or two numbers, or three. */
  readonly syscallText: (number: number, text: string, flags: number) => number;
  readonly syscallCommand: (
    number: number,
    fd: number,
    command: number,
    key: null,
    value: null,
    aux: number,
  ) => number;
  readonly syscallNumbers: (number: number, first: number, second: number, third: number) => number;
  readonly close: (fd: number) => number;
  readonly flock: (fd: number, operation: number) => number;
  readonly ioctl: (fd: number, request: number) => number;
}

/**
 * Binds the C library of the running process. koffi is loaded on the first call, so that importing
 * this package costs nothing on a path that never reaches the kernel.
 */
export function loadLibc(platform: NodeJS.Platform): Libc {
  if (platform !== 'linux') throw new UnsupportedPlatformError(`the platform is ${platform}`);
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const library = koffi.load(null);
    return {
      errno: () => koffi.errno(),
      socket: library.func('int socket(int domain, int type, int protocol)'),
      bind: library.func('int bind(int fd, const void *address, uint32_t length)'),
      connect: library.func('int connect(int fd, const void *address, uint32_t length)'),
      listen: library.func('int listen(int fd, int backlog)'),
      getsockname: library.func('int getsockname(int fd, void *address, void *length)'),
      getsockopt: library.func('int getsockopt(int fd, int level, int name, void *value, void *length)'),
      setsockopt: library.func(
        'int setsockopt(int fd, int level, int name, const void *value, uint32_t length)',
      ),
      send: library.func('intptr_t send(int fd, const void *bytes, size_t length, int flags)'),
      sendto: library.func(
        'intptr_t sendto(int fd, const void *bytes, size_t length, int flags, const void *address, uint32_t addressLength)',
      ) as Libc['sendto'],
      recv: library.func('intptr_t recv(int fd, void *bytes, size_t length, int flags)'),
      recvmmsg: library.func('int recvmmsg(int fd, void *messages, uint count, int flags, void *timeout)'),
      poll: library.func('int poll(void *fds, unsigned long count, int timeout)') as Libc['poll'],
      eventfd: library.func('int eventfd(uint value, int flags)'),
      addressOf: (bytes) => koffi.address(bytes),
      word: koffi.sizeof('void *'),
      setns: library.func('int setns(int fd, int type)'),
      unshare: library.func('int unshare(int flags)'),
      mount: library.func(
        'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
      ),
      umount2: library.func('int umount2(const char *target, int flags)'),
      syscallText: library.func('syscall', 'long', ['long', 'str', 'uint']),
      syscallCommand: library.func('syscall', 'long', ['long', 'int', 'uint', 'void *', 'void *', 'int']),
      syscallNumbers: library.func('syscall', 'long', ['long', 'int', 'uint', 'uint']),
      close: library.func('int close(int fd)'),
      flock: library.func('int flock(int fd, int operation)'),
      ioctl: library.func('int ioctl(int fd, unsigned long request, ...)'),
    };
  } catch (cause) {
    throw new UnsupportedPlatformError('the C library cannot be loaded', cause);
  }
}
