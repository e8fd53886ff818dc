import { arch } from 'node:os';

/** The system calls that a connect makes, by their numbers on x86-64 (asm/unistd_64.h). */
const x64: Readonly<Record<number, string>> = {
  0: 'read',
  1: 'write',
  3: 'close',
  4: 'stat',
  5: 'fstat',
  16: 'ioctl',
  17: 'pread64',
  18: 'pwrite64',
  21: 'access',
  41: 'socket',
  44: 'sendto',
  45: 'recvfrom',
  46: 'sendmsg',
  47: 'recvmsg',
  49: 'bind',
  50: 'listen',
  51: 'getsockname',
  54: 'setsockopt',
  55: 'getsockopt',
  72: 'fcntl',
  73: 'flock',
  74: 'fsync',
  75: 'fdatasync',
  165: 'mount',
  202: 'futex',
  257: 'openat',
  262: 'newfstatat',
  270: 'pselect6',
  272: 'unshare',
  308: 'setns',
  318: 'getrandom',
  332: 'statx',
};

/** The name of a system call, or its number where the table has none. */
export function nameOfSystemCall(number: number): string {
  return (arch() === 'x64' ? x64[number] : undefined) ?? `call ${number}`;
}
