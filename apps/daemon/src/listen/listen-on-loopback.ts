import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback } from '../config/check-rules.ts';
import { NotLoopbackError } from './errors.ts';
import type { Listener, ListenOptions, RequestHandler } from './listener.ts';
import { formatHostPort, serve, serverOptions } from './serve.ts';

/**
 * Listens over plain TCP, on a loopback address and nowhere else: whoever can run a program on this host is let in. Requests
 * to other names are not answered: a page in a browser here could have its own name lead to this address.
 *
 * @throws {@link NotLoopbackError}, {@link ListenError}
 */
export async function listenOnLoopback(
  { host, port }: { readonly host: string; readonly port: number },
  handler: RequestHandler,
  options: ListenOptions,
): Promise<Listener> {
  if (!isLoopback(host)) throw new NotLoopbackError(formatHostPort(host, port));
  const server = createServer(serverOptions(options), (request, response) => {
    if (isForLoopback(request)) handler(request, response);
    else response.writeHead(421, { connection: 'close' }).end();
  });
  return serve(server, { host, port }, options, () => {
    const { address, port: bound } = server.address() as AddressInfo;
    return `http://${formatHostPort(address, bound)}`;
  });
}

function isForLoopback({ headers }: IncomingMessage): boolean {
  const { hostname } = URL.parse(`http://${headers.host}`) ?? {};
  return hostname === 'localhost' || isLoopback(hostname?.replace(/^\[|\]$/g, '') ?? '');
}
