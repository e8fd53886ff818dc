import { type ErrorKind, TsnetError } from '@tsnet/errors';
import { errnoKind, errnoName, errnoText } from '@tsnet/linux';

/** The kernel refused a netlink request. `code` is `NETLINK_` and the errno's name. */
export class NetlinkError extends TsnetError {
  /** Positive errno. */
  readonly errno: number;
  /** Symbolic errno: `EEXIST`. */
  readonly errnoName: string;
  /** The kernel's own explanation, where it gave one. */
  readonly kernelMessage: string | undefined;

  /** @param maximumLength - bytes that the kernel takes, where it refused a value for being longer. */
  constructor(
    operation: string,
    subject: string,
    errno: number,
    kernelMessage?: string,
    maximumLength?: number,
  ) {
    const name = errnoName(errno);
    const kind = errnoKind(errno);
    super({
      code: `NETLINK_${name.replaceAll(' ', '_').toUpperCase()}`,
      kind,
      operation,
      subject,
      reason: kernelMessage ? `${kernelMessage} (${name})` : reasonOf(errno, name),
      hint: hintFor(kind, maximumLength),
    });
    this.errno = errno;
    this.errnoName = name;
    this.kernelMessage = kernelMessage;
  }
}

/** What an errno means when netlink gives it, where that is not what it means of files. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is none',
  ESRCH: 'there is none',
  EADDRNOTAVAIL: 'there is no such address on the link',
  ENODEV: 'there is no such link',
  ERANGE: 'a value is too long or out of range',
  EHOSTUNREACH: 'the host is unreachable',
  ENOTEMPTY: 'it is not empty',
  ELOOP: 'it would make a loop of links',
};

function hintFor(kind: ErrorKind, maximumLength: number | undefined): string | undefined {
  if (kind === 'permission') return 'Run as root, or with CAP_NET_ADMIN in the namespace.';
  return maximumLength === undefined ? undefined : `The kernel takes at most ${maximumLength} bytes there.`;
}

function reasonOf(errno: number, name: string): string {
  const text = reasons[name] ?? errnoText(errno);
  return text === name ? `the kernel answered ${name}` : `${text} (${name})`;
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

/** An attribute's length or value does not fit its type. */
export class MalformedAttributeError extends TsnetError {
  constructor(reason: string) {
    super({
      code: 'NETLINK_MALFORMED_ATTRIBUTE',
      kind: 'invalid',
      operation: 'decode a netlink attribute',
      subject: '',
      reason,
    });
  }
}

/** A value is too long for an attribute, whose length has 16 bits. */
export class OversizedAttributeError extends TsnetError {
  constructor(length: number, longest: number) {
    super({
      code: 'NETLINK_OVERSIZED_ATTRIBUTE',
      kind: 'invalid',
      operation: 'encode a netlink attribute',
      subject: '',
      reason: `it would have ${length} bytes, and ${longest} is the limit`,
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

/** The kernel had no room for its replies in the socket's buffer: what became of the request is unknown. */
export class RepliesLostError extends TsnetError {
  constructor(operation: string, subject: string, cause?: unknown) {
    super({
      code: 'NETLINK_REPLIES_LOST',
      kind: 'unavailable',
      operation,
      subject,
      reason: 'replies were lost because the buffer of the netlink socket was full',
      hint: 'Send fewer requests at once, and read the state before trying again.',
      cause,
    });
  }
}

/** A dump was interrupted by changes on every attempt. */
export class DumpInterruptedError extends TsnetError {
  constructor(operation: string, subject: string, attempts: number) {
    super({
      code: 'NETLINK_DUMP_INTERRUPTED',
      kind: 'unavailable',
      operation,
      subject,
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

/** The connection was used while a request in the background had no answer yet. */
export class ConnectionBusyError extends TsnetError {
  constructor(operation: string, subject: string) {
    super({
      code: 'NETLINK_BUSY',
      kind: 'invalid',
      operation,
      subject,
      reason: 'the netlink connection waits for a request in the background',
      hint: 'Wait for it, or open another connection.',
    });
  }
}
