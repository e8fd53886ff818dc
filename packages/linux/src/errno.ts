import { constants } from 'node:os';
import type { ErrorKind } from '@tsnet/errors';

/** Second names of numbers that have a better known one. */
const aliases: ReadonlySet<string> = new Set(['EWOULDBLOCK', 'ENOTSUP']);

const names = new Map<number, string>(
  Object.entries(constants.errno)
    .filter(([name]) => !aliases.has(name))
    .map(([name, value]): [number, string] => [value, name])
    // Node does not list it: a bridge answers so when it has all the ports it can have.
    .concat([[54, 'EXFULL']]),
);

const kinds: Readonly<Record<string, ErrorKind>> = {
  EPERM: 'permission',
  EACCES: 'permission',
  EROFS: 'permission',
  ENOENT: 'not-found',
  ENODEV: 'not-found',
  ENXIO: 'not-found',
  ESRCH: 'not-found',
  EADDRNOTAVAIL: 'not-found',
  EEXIST: 'already-exists',
  EBUSY: 'in-use',
  EADDRINUSE: 'in-use',
  EINVAL: 'invalid',
  ENOTTY: 'invalid',
  ERANGE: 'invalid',
  ENAMETOOLONG: 'invalid',
  EOPNOTSUPP: 'unsupported',
  ENOSYS: 'unsupported',
  EAFNOSUPPORT: 'unsupported',
  EPROTONOSUPPORT: 'unsupported',
  EMFILE: 'exhausted',
  ENFILE: 'exhausted',
  ENOMEM: 'exhausted',
  ENOSPC: 'exhausted',
  EXFULL: 'exhausted',
  EMSGSIZE: 'exhausted',
  EAGAIN: 'unavailable',
  ENOBUFS: 'unavailable',
  ETIMEDOUT: 'unavailable',
  ENETUNREACH: 'unavailable',
  EHOSTUNREACH: 'unavailable',
  ENETDOWN: 'unavailable',
  EINTR: 'unavailable',
};

const explanations: Readonly<Record<string, string>> = {
  EPERM: 'operation not permitted',
  EACCES: 'permission denied',
  ENOENT: 'no such file or directory',
  ENODEV: 'no such link',
  EEXIST: 'already exists',
  EBUSY: 'in use',
  EINVAL: 'the kernel refused an argument',
  ENOTTY: 'the file knows no such request',
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'no such address here',
  EOPNOTSUPP: 'not supported by this kernel',
  EAFNOSUPPORT: 'address family not supported by this kernel',
  EPROTONOSUPPORT: 'protocol not supported by this kernel',
  ENETUNREACH: 'network is unreachable',
  ENETDOWN: 'network is down',
  ENOSPC: 'no space left',
  EXFULL: 'no room for another; a bridge takes 1,023 ports',
  ENOMEM: 'out of memory',
  EMFILE: 'too many open files in this process',
  ESRCH: 'no such object',
};

/** The symbolic name of a positive errno: `EEXIST`; `errno 4242` for one that Node does not know. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? `errno ${errno}`;
}

/** A few words for an errno, for messages: `already exists`; its name where there are none. */
export function errnoText(errno: number): string {
  const name = errnoName(errno);
  return explanations[name] ?? name;
}

/** The kind of failure that an errno stands for, unless the operation knows better. */
export function errnoKind(errno: number): ErrorKind {
  return kinds[errnoName(errno)] ?? 'internal';
}
