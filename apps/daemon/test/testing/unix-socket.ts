import { encodeUnixSocketAddress, type Linux } from '@tsnet/linux';

const AF_UNIX = 1;
const SOCK_STREAM = 1;

/** Makes a unix socket at a path, which listens if there is a backlog. */
export function makeSocket(linux: Linux, path: string, backlog?: number, type = SOCK_STREAM): number {
  const fd = linux.socket(AF_UNIX, type, 0);
  linux.bind(fd, encodeUnixSocketAddress({ path }));
  if (backlog !== undefined) linux.listen(fd, backlog);
  return fd;
}

/** Leaves at a path what a killed daemon leaves: a socket on which nobody listens. */
export function leaveStaleSocket(linux: Linux, path: string): void {
  linux.close(makeSocket(linux, path, 1));
}
