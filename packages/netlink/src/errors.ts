import { TsnetError } from '@tsnet/errors';
import { errnoKind, errnoName, errnoText } from '@tsnet/linux';

/** The kernel refused a netlink request. `code` is `NETLINK_` and the errno's name. */
export class NetlinkError extends TsnetError {
  /** Positive errno. */
  readonly errno: number;
  /** Symbolic errno: `EEXIST`. */
  readonly errnoName: string;
  /** The kernel's own explanation, where it gave one. */
  readonly kernelMessage: string | undefined;

  constructor(operation: string, subject: string, errno: number, kernelMessage?: string) {
    const name = errnoName(errno);
    const kind = errnoKind(errno);
    super({
      code: `NETLINK_${name.replaceAll(' ', '_').toUpperCase()}`,
      kind,
      operation,
      subject,
      reason: kernelMessage ? `${kernelMessage} (${name})` : `${errnoText(errno)} (${name})`,
      hint: kind === 'permission' ? 'Run as root, or with CAP_NET_ADMIN in the namespace.' : undefined,
    });
    this.errno = errno;
    this.errnoName = name;
    this.kernelMessage = kernelMessage;
  }
}

/** A message ends before a value that it announces. */
export class TruncatedMessageError extends TsnetError {
  constructor(needed: number, available: number) {
    super({
      code: 'NETLINK_TRUNCATED',
      kind: 'invalid',
      operation: 'decode a netlink message',
      subject: '',
      reason: `${needed} bytes expected, ${available} left`,
    });
  }
}

/** An attribute's length does not fit its type. */
export class MalformedAttributeError extends TsnetError {
  constructor(length: number, expected: string) {
    super({
      code: 'NETLINK_MALFORMED_ATTRIBUTE',
      kind: 'invalid',
      operation: 'decode a netlink attribute',
      subject: '',
      reason: `it has ${length} bytes, expected ${expected}`,
    });
  }
}

/** The kernel gave no answer, or one that fits no request of this connection. */
export class NoReplyError extends TsnetError {
  constructor(operation: string, subject: string) {
    super({
      code: 'NETLINK_NO_REPLY',
      kind: 'unavailable',
      operation,
      subject,
      reason: 'the kernel sent no reply',
    });
  }
}

/** A dump was interrupted by changes on every attempt. */
export class DumpInterruptedError extends TsnetError {
  constructor(operation: string, attempts: number) {
    super({
      code: 'NETLINK_DUMP_INTERRUPTED',
      kind: 'unavailable',
      operation,
      subject: '',
      reason: `the kernel's tables changed during each of ${attempts} reads`,
      hint: 'Try again when the host changes less.',
    });
  }
}

/** The connection was used after it was closed. */
export class ConnectionClosedError extends TsnetError {
  constructor(operation: string, subject: string) {
    super({
      code: 'NETLINK_CLOSED',
      kind: 'invalid',
      operation,
      subject,
      reason: 'the netlink connection is closed',
    });
  }
}
