import { setTimeout } from 'node:timers/promises';
import { encodeUnixSocketAddress, type Linux, SystemCallError } from '@tsnet/linux';
import { NotifySocketError } from './errors.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
/** Milliseconds between attempts while the queue of the service manager is full. */
const PAUSE = 10;
/** Milliseconds after which a service manager that takes nothing is given up. */
const PATIENCE = 5000;

/**
 * Sends one datagram to the socket of a service manager: sd_notify(3). Where its queue is full, it waits for room, and the
 * process goes on meanwhile.
 *
 * @param socket a path, or `@` and an abstract name, as in NOTIFY_SOCKET.
 * @throws {@link NotifySocketError}
 */
export async function sendToNotifySocket(linux: Linux, socket: string, message: string): Promise<void> {
  for (let waited = 0; !trySend(linux, socket, message); waited += PAUSE) {
    if (waited >= PATIENCE)
      throw new NotifySocketError(socket, 'its queue is full, and nobody takes anything out');
    await setTimeout(PAUSE);
  }
}

/** Whether there was room. The socket is opened each time: a manager that was replaced has another one. */
function trySend(linux: Linux, socket: string, message: string): boolean {
  if (!/^[/@]/.test(socket)) throw new NotifySocketError(socket, 'it is no path and no abstract name');
  const address = socket.startsWith('@') ? { abstractName: socket.slice(1) } : { path: socket };
  const fd = linux.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  try {
    linux.connect(fd, encodeUnixSocketAddress(address));
    linux.send(fd, new TextEncoder().encode(message));
    return true;
  } catch (error) {
    if (error instanceof SystemCallError && error.errnoName === 'EAGAIN') return false;
    throw error;
  } finally {
    linux.close(fd);
  }
}
