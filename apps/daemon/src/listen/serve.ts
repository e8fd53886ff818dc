import { once } from 'node:events';
import type { Server as HttpServer, ServerOptions } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { setImmediate } from 'node:timers/promises';
import { Connections } from './connections.ts';
import { ListenError } from './errors.ts';
import type { Listener, ListenOptions } from './listener.ts';

/** Milliseconds for which a connection may wait for its next request. */
const KEEP_ALIVE = 60_000;
/** Milliseconds within which the head of a request has to be there. */
const HEAD_TIMEOUT = 10_000;

/** Where a server listens: a socket that is bound already, or an address. */
export type ListenPlace = { readonly fd: number } | { readonly host: string; readonly port: number };

/** What a server of Node.js is made with. */
export function serverOptions({ requestTimeout }: ListenOptions): ServerOptions {
  const limit = requestTimeout * 1000;
  return {
    requestTimeout: limit,
    headersTimeout: limit === 0 ? HEAD_TIMEOUT : Math.min(limit, HEAD_TIMEOUT),
    connectionsCheckingInterval: Math.min(Math.max(limit / 4, 100), 5000),
    keepAliveTimeout: KEEP_ALIVE,
  };
}

/**
 * Lets a server listen.
 *
 * @param describe the address of the listener, once the server listens.
 * @throws {@link ListenError}
 */
export async function serve(
  server: HttpServer | HttpsServer,
  place: ListenPlace,
  options: ListenOptions,
  describe: () => string,
): Promise<Listener> {
  const connections = new Connections(server);
  server.maxConnections = options.maxConnections;
  server.listen(place);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new ListenError(nameOf(place), error as NodeJS.ErrnoException);
  }
  let closed: Promise<void> | undefined;
  return {
    address: describe(),
    [Symbol.asyncDispose]() {
      closed ??= drain(server, connections, options.drainTimeout * 1000);
      return closed;
    },
  };
}

async function drain(
  server: HttpServer | HttpsServer,
  connections: Connections,
  timeout: number,
): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // What has come in already is no idle connection's.
  await setImmediate();
  connections.endIdle();
  const deadline = setTimeout(() => connections.endAll(), timeout);
  try {
    await closed;
  } finally {
    clearTimeout(deadline);
  }
}

function nameOf(place: ListenPlace): string {
  return 'fd' in place ? `descriptor ${place.fd}` : formatHostPort(place.host, place.port);
}

/** `10.0.0.1:80`, `[::1]:80`. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
