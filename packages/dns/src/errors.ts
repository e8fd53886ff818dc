import { TsnetError } from '@tsnet/errors';

/** A text that is no name for an endpoint or a domain. */
export class InvalidNameError extends TsnetError {
  constructor(name: string, reason: string) {
    super({
      code: 'DNS_INVALID_NAME',
      kind: 'invalid',
      operation: 'use the name',
      subject: JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name),
      reason,
      hint: 'Write it as web, web-1 or db.internal.',
    });
  }
}

/** A gateway address on which the server cannot listen. */
export class ListenError extends TsnetError {
  constructor(subject: string, cause: TsnetError) {
    const isTaken = cause.code.endsWith('EADDRINUSE');
    super({
      code: isTaken ? 'DNS_ADDRESS_IN_USE' : 'DNS_LISTEN_FAILED',
      kind: isTaken ? 'in-use' : cause.kind,
      operation: 'answer names on',
      subject,
      reason: isTaken ? 'another program listens there' : cause.message,
      hint: isTaken ? 'Stop it, or keep it to its own addresses: `ss -lnp sport = :53` shows it.' : undefined,
      cause,
    });
  }
}
