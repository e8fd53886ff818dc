import { TsnetError } from '@tsnet/errors';

/** The service manager cannot be told anything. Code `DAEMON_NOTIFY_SOCKET`. */
export class NotifySocketError extends TsnetError {
  constructor(socket: string, reason: string) {
    super({
      code: 'DAEMON_NOTIFY_SOCKET',
      kind: 'unavailable',
      operation: 'notify the service manager at',
      subject: JSON.stringify(socket),
      reason,
      hint: 'NOTIFY_SOCKET holds an absolute path, or "@" and a name, on which a service manager listens.',
    });
  }
}
