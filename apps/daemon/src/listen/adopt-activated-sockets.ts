import { createServer } from 'node:http';
import { decodeUnixSocketAddress, type Linux } from '@tsnet/linux';
import { ActivationError } from './errors.ts';
import type { Listener, ListenOptions, RequestHandler } from './listener.ts';
import { serve, serverOptions } from './serve.ts';

/** The first descriptor that a service manager hands over: sd_listen_fds(3). */
const FIRST_DESCRIPTOR = 3;
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_ACCEPTCONN = 30;
const SO_DOMAIN = 39;

/**
 * Listens on the unix sockets that systemd, or who speaks its protocol, has opened for this process; on none when there are
 * none. Their files are the service manager's and stay. The variables that tell of them are taken out of `environment`, so that no
 * child takes the sockets for its own; Node.js itself has set them to be closed in children.
 *
 * @throws {@link ActivationError} for what is no unix socket that listens: over TCP, the API needs the certificates that a
 *   configuration names.
 */
export async function adoptActivatedSockets(
  linux: Linux,
  environment: NodeJS.ProcessEnv,
  handler: RequestHandler,
  options: ListenOptions,
): Promise<readonly Listener[]> {
  const { LISTEN_PID: pid, LISTEN_FDS: count, LISTEN_FDNAMES: names = '' } = environment;
  for (const name of ['LISTEN_PID', 'LISTEN_PIDFDID', 'LISTEN_FDS', 'LISTEN_FDNAMES'])
    delete environment[name];
  if (pid !== String(process.pid) || count === undefined) return [];
  if (!/^\d{1,4}$/.test(count)) throw new ActivationError('LISTEN_FDS', `"${count}" is no count`);
  const nameOf = names.split(':');
  const sockets = Array.from({ length: Number(count) }, (_, index) => {
    const fd = FIRST_DESCRIPTOR + index;
    return { fd, path: examine(linux, fd, nameOf[index] || 'unknown') };
  });
  return Promise.all(
    sockets.map(({ fd, path }) => {
      const server = createServer(serverOptions(options), handler);
      return serve(server, { fd }, options, () => `unix:${path}`);
    }),
  );
}

/** The path of a socket that was handed over. */
function examine(linux: Linux, fd: number, name: string): string {
  const option = (number: number) => {
    const value = linux.getSocketOption(fd, SOL_SOCKET, number, 4);
    return new Int32Array(value.buffer, value.byteOffset, 1)[0];
  };
  const subject = `descriptor ${fd} (${name})`;
  try {
    if (option(SO_DOMAIN) !== AF_UNIX || option(SO_TYPE) !== SOCK_STREAM) {
      throw new ActivationError(subject, 'it is no unix socket for streams');
    }
    if (option(SO_ACCEPTCONN) !== 1) throw new ActivationError(subject, 'it does not listen');
  } catch (error) {
    if (error instanceof ActivationError) throw error;
    throw new ActivationError(subject, 'it is no socket', error);
  }
  const address = decodeUnixSocketAddress(linux.getSocketName(fd));
  if (address === undefined) return '(unnamed)';
  return 'path' in address ? address.path : `@${address.abstractName}`;
}
