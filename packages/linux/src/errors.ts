import { TsnetError } from '@tsnet/errors';
import { errnoKind, errnoName, errnoText } from './errno.ts';

/** A system call failed. `code` is `LINUX_` and the errno's name. */
export class SystemCallError extends TsnetError {
  /** Positive errno. */
  readonly errno: number;
  /** Symbolic errno: `EPERM`. */
  readonly errnoName: string;

  constructor(operation: string, subject: string, errno: number) {
    const name = errnoName(errno);
    const kind = errnoKind(errno);
    super({
      code: `LINUX_${name.replaceAll(' ', '_').toUpperCase()}`,
      kind,
      operation,
      subject,
      reason: `${errnoText(errno)} (${name})`,
      hint:
        kind === 'permission'
          ? 'Run as root, or with CAP_NET_ADMIN, CAP_NET_RAW and CAP_SYS_ADMIN.'
          : undefined,
    });
    this.errno = errno;
    this.errnoName = name;
  }
}

/** The process does not run on Linux, or its C library cannot be loaded. */
export class UnsupportedPlatformError extends TsnetError {
  constructor(reason: string, cause?: unknown) {
    super({
      code: 'LINUX_UNSUPPORTED_PLATFORM',
      kind: 'unsupported',
      operation: 'reach the Linux kernel',
      subject: '',
      reason,
      hint: 'tsnet manages networks on Linux only.',
      cause,
    });
  }
}

/** The function given to `inNetns` returned a promise: what follows its first `await` would run elsewhere. */
export class AsyncInNetnsError extends TsnetError {
  constructor() {
    super({
      code: 'LINUX_ASYNC_IN_NETNS',
      kind: 'invalid',
      operation: 'run a function in a network namespace',
      subject: '',
      reason: 'it returned a promise',
      hint: 'Do only synchronous work inside; open a socket there and use it afterwards.',
    });
  }
}

/** Bytes are no socket address of IPv4 or IPv6. */
export class InvalidSocketAddressError extends TsnetError {
  constructor(reason: string) {
    super({
      code: 'LINUX_INVALID_SOCKET_ADDRESS',
      kind: 'invalid',
      operation: 'read a socket address',
      subject: '',
      reason,
    });
  }
}
